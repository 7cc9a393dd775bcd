//! How fast `caketester why` counts a long log, by form, and how much memory that takes: `cargo bench --bench logs [LINES]`.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Instant;

use caketester::support::{Diagnosed, Knowledge, Line, Tally, read_log};

const DEFAULT_LINES: u64 = 1_000_000;

/// A line of a log, by its number.
type LineOf = fn(u64, &mut String);

fn query(at: u64) -> String {
    let status = ["Funded", "In+Progress", "In%2520Progress", "", "Unqualified"][usize::try_from(at % 5).unwrap_or(0)];
    format!("api_key=KeyOfBuyer{}x7Q2&lead_id={:08X}&status={status}", at % 40, 0x9A00_0000 + at % 50_000)
}

fn w3c(at: u64, line: &mut String) {
    let (minute, second) = (at / 60 % 60, at % 60);
    let _ = write!(
        line,
        "2026-10-31 07:{minute:02}:{second:02} 192.0.2.{} job/1.0 GET /api/1/buyers.asmx/UpdateLeadStatus {} 200 310",
        at % 40,
        query(at)
    );
}

fn combined(at: u64, line: &mut String) {
    let (minute, second) = (at / 60 % 60, at % 60);
    let _ = write!(
        line,
        "192.0.2.{} - - [31/Oct/2026:07:{minute:02}:{second:02} +0000] \"GET /api/1/buyers.asmx/UpdateLeadStatus?{} HTTP/1.1\" 200 310 \"-\" \"job/1.0\"",
        at % 40,
        query(at)
    );
}

fn json(at: u64, line: &mut String) {
    let (minute, second) = (at / 60 % 60, at % 60);
    let _ = write!(
        line,
        "{{\"time\":\"2026-10-31T07:{minute:02}:{second:02}Z\",\"level\":\"info\",\"remote_addr\":\"192.0.2.{}\",\"method\":\"GET\",\"url\":\"https://track.example.com/api/1/buyers.asmx/UpdateLeadStatus?{}\",\"status\":200,\"body\":\"<result><code>0</code><msg>success</msg></result>\"}}",
        at % 40,
        query(at)
    );
}

fn main() {
    let lines = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(DEFAULT_LINES);
    let forms: [(&str, &str, LineOf); 3] = [
        (
            "log-w3c",
            "#Fields: date time c-ip cs(User-Agent) cs-method cs-uri-stem cs-uri-query sc-status sc-bytes",
            w3c,
        ),
        ("log-combined", "", combined),
        ("log-json", "", json),
    ];
    println!("form           lines a second   peak memory");
    for (name, heading, of) in forms {
        let (mut tally, know, started) = (Tally::default(), Knowledge::default(), Instant::now());
        let feed = |add: &mut dyn FnMut(&[u8])| {
            add(heading.as_bytes());
            let mut line = String::new();
            for at in 0..lines {
                line.clear();
                of(at, &mut line);
                add(line.as_bytes());
            }
        };
        let work = |number, _: &[u8], line| match line {
            Line::Item(item) => Some(Diagnosed::new(number, item, &know)),
            _ => None,
        };
        read_log(feed, work, |diagnosed| tally.add(diagnosed));
        let spent = started.elapsed();
        assert_eq!(black_box(&tally).requests, lines, "each line of {name} is a request");
        let rate = u128::from(lines) * 1_000_000 / spent.as_micros().max(1);
        println!("{name:<14} {rate:>14}   {}", peak());
    }
}

/// The most memory that the process held so far, where the system tells.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    peak.map_or_else(|| "unknown".to_owned(), |peak| peak.trim().to_owned())
}
