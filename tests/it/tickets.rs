//! Tickets as people paste them: in each the forms are found that it holds, and reading one takes time in proportion to its
//! length, whoever made it.

use std::fs;
use std::time::{Duration, Instant};

use caketester::support;

/// The seeds of the fuzz target are tickets of every kind, named after the forms that they hold.
#[test]
fn the_forms_in_a_ticket_are_recognised() {
    let mut count = 0;
    for entry in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/seeds/ticket")).expect("there are seeds") {
        let path = entry.expect("the directory can be read").path();
        let name = path.file_stem().expect("it has a name").to_string_lossy().into_owned();
        let ticket = support::read(&fs::read(&path).expect("it can be read"));
        let found: Vec<&str> = ticket.forms.iter().map(|form| form.id()).collect();
        let found = if found.is_empty() { "nothing".to_owned() } else { found.join("+") };
        assert_eq!(found, name, "{}", path.display());
        count += 1;
    }
    assert!(count > 100, "only {count} seeds");
}

/// Pieces that make a reader look ahead, each repeated to fill a ticket.
const PIECES: [&str; 44] = [
    "<https://",
    "\"https://h/p?a=b",
    "https://h/p?a=b&",
    "lead_id=1&",
    "lead_id=1 ",
    "x.asmx ",
    "https://h/p?a=b\n",
    "https://h/p?lead_id=a b &c=d ",
    "&amp;",
    "{",
    "{\n",
    "{\"a\":",
    "{\"a\":1}\n",
    "{\"request\":{\"url\":\"https://h/p\",\"method\":\"GET\",\"headers\":[]}}\n",
    "[\n",
    "[[[[",
    "\"request\": {\n",
    "\"\n",
    "'\n",
    "curl 'https://h/p?a=b'\n",
    "curl \"https://h/p\n",
    "curl 'https://h/p ",
    "curl https://h/p -d '",
    "curl -G h/p -d @x ",
    "curl \\\n",
    "curl.exe ^\"h/p ",
    "irm \"https://h/p",
    "irm @{a=",
    "fetch(\"https://h/p\" + ",
    "fetch('",
    "<result>",
    "<result>\n",
    "<html>\n\n",
    "&lt;result",
    "HTTP/1.1 200 OK\n",
    "GET /p HTTP/1.1\nHost: h\n\n",
    "### \nGET http://{{a}}/{{b}}\n",
    "@a={{a}}{{a}}\n",
    "error: timed out\n",
    "curl: (6) https://h/p?lead_id=1\n\n",
    "#Fields: cs-uri-stem cs-method\n",
    "1.2.3.4 - - [31/Oct/2025:07:00:02 +0000] \"GET /p?a=b HTTP/1.1\" 200 5\n",
    "request_url,status\n\"/p?a=b\n",
    "> > > \"a\"",
];

#[test]
fn time_grows_with_the_length_of_a_ticket_and_no_faster() {
    for piece in PIECES {
        let (short, long) = (time_for(piece, 20_000), time_for(piece, 160_000));
        // Eight times as much may take eight times as long; a square would be 64 times.
        let allowed = short.max(Duration::from_millis(5)) * 26;
        assert!(long < allowed, "{piece:?}: {short:?} for 20 kB, {long:?} for 160 kB");
    }
}

fn time_for(piece: &str, bytes: usize) -> Duration {
    let text = piece.repeat(bytes / piece.len());
    let start = Instant::now();
    let ticket = support::read(text.as_bytes());
    let took = start.elapsed();
    for item in &ticket.items {
        assert!(ticket.text.get(item.place.range()).is_some(), "{piece:?}");
    }
    took
}
