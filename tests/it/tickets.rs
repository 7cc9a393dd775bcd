//! Tickets as strangers make them: whatever somebody pastes, reading it takes time in proportion to its length.

use std::time::{Duration, Instant};

use caketester::support;

/// Pieces that make a reader look ahead, each repeated to fill a ticket.
const PIECES: [&str; 57] = [
    "curl -a ",
    "\"https://h/UpdateLeadStatus?a=\" + k + ",
    "f\"{b}?api_key=1\"\n",
    "k = 'a' + ",
    "password = \"x",
    "POST https://h/UpdateLeadStatus\n{\"a\":",
    "requests.get(k, params={'api_key': k, 'lead_id': 'a' . 'b'})\n",
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
    "irm @a ",
    "irm h -Body @{a=1} ",
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
    "u = \"https://h\nfetch(u)\n",
    "a = {lead_id: 1}\n",
    "https://h/UpdateLeadStatus\nlead_id=\n",
    "requests.get(",
];

#[test]
fn time_grows_with_the_length_of_a_ticket_and_no_faster() {
    for piece in PIECES {
        // Eight times as much may take eight times as long; a square would be 64 times.
        // The machine may be busy with something else for a while, but not each time.
        let is_linear = |_| {
            let allowed = time_for(piece, 20_000).max(Duration::from_millis(20)) * 40;
            time_for(piece, 160_000) < allowed
        };
        assert!((0..4).any(is_linear), "{piece:?} takes more than 40 times as long where it is 8 times as long");
    }
}

#[test]
fn a_key_without_an_end_is_hidden_at_once() {
    // Each of them is the value of the one before: what is looked for grew with the cube.
    let text = format!("https://h/UpdateLeadStatus{}", "?api_key=".repeat(6_000));
    let ticket = support::read(text.as_bytes());
    let diagnosis = support::diagnose(&ticket, &support::Knowledge::default());
    assert!(diagnosis.keys.redact(&text).len() < 200);
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
