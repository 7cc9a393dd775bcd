//! Instructions that one more request takes, under callgrind: they do not depend on what else the machine does.

use std::path::Path;
use std::process::{Command, Stdio};
use std::rc::Rc;

use crate::Outcome;
use crate::child::Server;
use crate::load::{Until, put, sample};
use crate::servers::Kind;

/// Requests of two runs; what the second takes more is divided by the difference.
const FEW: u64 = 200;
const MANY: u64 = 1_200;

pub(crate) fn run() -> Outcome {
    println!("\n## Instructions a request, one connection, {} requests", MANY - FEW);
    let has_valgrind =
        Command::new("valgrind").arg("--version").stdout(Stdio::null()).status().is_ok_and(|status| status.success());
    if !has_valgrind {
        println!("not counted: valgrind is not installed");
        return Ok(());
    }
    println!("| server | instructions | ratio |");
    println!("|---|---|---|");
    let folder = tempfile::tempdir()?;
    let mut first = None;
    for (name, kind) in [("bare hyper", Kind::Hyper), ("the mock", Kind::Mock), ("httpmock", Kind::Httpmock)] {
        let count = |requests| counted(kind, requests, &folder.path().join("callgrind.out"));
        let each = count(MANY)?.saturating_sub(count(FEW)?) / (MANY - FEW);
        let first = *first.get_or_insert(each);
        #[expect(clippy::cast_precision_loss, reason = "no count here comes near 2^52")]
        let ratio = each as f64 / first as f64;
        println!("| {name} | {each} | {ratio:.2} |");
    }
    Ok(())
}

/// All instructions of a server that answers so many requests.
fn counted(kind: Kind, requests: u64, out: &Path) -> Outcome<u64> {
    let server = Server::counted(kind, out)?;
    let sample_alone: Rc<[Vec<u8>]> = Rc::new([sample()]);
    put(&server, &sample_alone, 1, Until::Sent(requests))?;
    server.end()?;
    let told = std::fs::read_to_string(out)?;
    let total = told.lines().find_map(|line| line.strip_prefix("totals: ").or_else(|| line.strip_prefix("summary: ")));
    let total = total.and_then(|total| total.split_whitespace().next()).ok_or("callgrind wrote no total")?;
    Ok(total.parse()?)
}
