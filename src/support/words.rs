//! What a person wrote in a ticket, without what was pasted into it.

use super::phrases::Says;
use super::ticket::{Form, Item, Ticket};

/// The person's own words, in lower case, errors included: without requests and answers, without quoted mails, and without URLs.
pub(super) fn own_words(ticket: &Ticket) -> String {
    paragraphs(ticket).join(" ").to_lowercase()
}

/// The same as they are written, in pieces: a line that is not full ends one.
pub(super) fn paragraphs(ticket: &Ticket) -> Vec<String> {
    const MOST: usize = 16 << 10;
    const FULL: usize = 50;
    let end = ticket.text.floor_char_boundary(MOST);
    let mut text = String::new();
    let mut from = 0;
    for place in ticket.items.iter().filter(|item| item.form != Form::Error).map(|item| item.place) {
        text.push_str(ticket.text.get(from..place.start.min(end)).unwrap_or_default());
        from = from.max(place.end);
    }
    text.push_str(ticket.text.get(from..end).unwrap_or_default());
    let lines = text.lines().take_while(|line| !line.to_ascii_lowercase().contains("original message"));
    let own = lines.filter(|line| !line.trim_start().starts_with('>') && !is_of_support(line));
    let mut pieces = vec![String::new()];
    for line in own {
        let words = line.split_whitespace().filter(|word| !word.contains("://") && !word.contains('&'));
        for word in words {
            let piece = pieces.last_mut().filter(|piece| !piece.is_empty());
            match piece {
                Some(piece) => piece.extend([" ", word]),
                None => pieces.last_mut().into_iter().for_each(|piece| piece.push_str(word)),
            }
        }
        if line.trim_end().len() < FULL && pieces.last().is_some_and(|piece| !piece.is_empty()) {
            pieces.push(String::new());
        }
    }
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// Whether a line of a chat is what support wrote: `(10:03) Agent: can you share what you send?`
fn is_of_support(line: &str) -> bool {
    let line = line.trim_start();
    let rest =
        line.strip_prefix(['(', '[']).and_then(|rest| rest.split_once([')', ']'])).map_or(line, |(_, rest)| rest);
    let (name, _) = rest.split_once(':').unwrap_or_default();
    let name = name.trim().to_ascii_lowercase();
    name.len() < 40
        && name.split(' ').any(|word| matches!(word.trim_matches(['(', ')']), "agent" | "support" | "operator"))
}

/// Whether code puts the key among the headers; in lower case.
pub(super) fn key_in_headers(prose: &str) -> bool {
    const NAMED: [&str; 6] = ["api_key\"", "api_key'", "api-key\"", "api-key'", "apikey\"", "apikey'"];
    // `req.Header.Set("api_key", key)`
    let is_set = NAMED.iter().flat_map(|name| prose.match_indices(name)).any(|(at, _)| {
        let before = &prose[prose.ceil_char_boundary(at.saturating_sub(16))..at];
        before.contains("header") && before.trim_end_matches(['"', '\'', ' ']).ends_with('(')
    });
    // n8n's credential of this name.
    if is_set || prose.contains("httpheaderauth") {
        return true;
    }
    prose.match_indices("header").any(|(at, _)| {
        let near = &prose[at..prose.floor_char_boundary(at + 120)];
        ["api_key\"", "api_key'", "api-key\"", "api-key'", "api_key  ", "api_key:", "api_key\t"]
            .iter()
            .filter_map(|name| near.find(name))
            // What stands between may begin another list.
            .any(|at| !near[..at].says(&["params", "query", "data="]))
    })
}

/// Whether a log is the sender's own: what passed on its way out.
pub(super) fn writes_of_an_own_log(words: &str) -> bool {
    words.means("own-log")
}

/// Whether a colleague passes on what a buyer sent.
pub(super) fn writes_for_the_network(words: &str) -> bool {
    words.says(&["our instance", "(buyer)", "the buyer says", "the buyer claims", "buyer on our"])
}

/// Whether an item stands in a line that a mail program quoted.
pub(super) fn is_quoted(ticket: &Ticket, item: &Item) -> bool {
    let before = ticket.text.get(..item.place.start).unwrap_or_default();
    let line = ticket.text.get(before.rfind('\n').map_or(0, |at| at + 1)..).unwrap_or_default();
    line.trim_start().starts_with('>')
}
