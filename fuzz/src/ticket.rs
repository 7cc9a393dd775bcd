//! A ticket: whatever somebody pastes is taken apart, and every place lies within the text, between characters.

use caketester::support::{Answer, Item, Line, Lines, Span, Traced, log_form, read};

/// Holds the readers of tickets against these bytes.
pub fn check(data: &[u8]) {
    let ticket = read(data);
    let holds = |place: Span| assert!(ticket.text.get(place.range()).is_some(), "{place:?} is no place in the text");
    for item in &ticket.items {
        holds(item.place);
        // Of a ticket without a request or an answer its words are read.
        let is_words = ticket.items.len() == 1 && item.request.is_none() && item.answer.is_none();
        assert!(is_words || ticket.forms.contains(&item.form), "a form that is not named");
        places(item).into_iter().for_each(holds);
    }
    ticket.notes.iter().filter_map(|note| note.place).for_each(holds);
    assert_lines_are_read(data);
}

/// Every place that an item names.
fn places(item: &Item) -> Vec<Span> {
    let mut places: Vec<Span> = item.marks.iter().map(|mark| mark.place).collect();
    places.extend(item.failure.map(|failure| failure.place));
    places.extend(item.answer.iter().flat_map(answered));
    if let Some(request) = &item.request {
        let parts = [&request.method, &request.scheme, &request.host, &request.path, &request.target()];
        places.extend(parts.map(Traced::whole));
        let others = [&request.port, &request.query, &request.fragment, &request.user, &request.body];
        places.extend(others.into_iter().flatten().map(Traced::whole));
        places.extend(request.headers.iter().map(|header| header.value.whole()));
        let parameters = request.parameters();
        places.extend(parameters.iter().flat_map(|parameter| [parameter.place, parameter.sent.whole()]));
        // The same reading as CAKE's, but for JSON, which it does not read.
        let is_json = request.json_parameters().is_some();
        for parameter in parameters.iter().filter(|parameter| parameter.value.is_some() && !is_json) {
            assert!(request.read(&parameter.name).is_some(), "a parameter that CAKE does not see");
        }
        assert_eq!(request.to_exchange().method, request.method.text());
    }
    places
}

fn answered(answer: &Answer) -> Vec<Span> {
    let headers = answer.headers.iter().map(|header| header.value.whole());
    headers.chain(answer.body.iter().map(Traced::whole)).chain([answer.place]).collect()
}

/// The same bytes as a log, line by line.
fn assert_lines_are_read(data: &[u8]) {
    let _ = log_form(data);
    let mut log = Lines::default();
    for line in data.split(|byte| *byte == b'\n') {
        let Line::Item(item) = log.next(line) else { continue };
        let text = String::from_utf8_lossy(line);
        assert!(text.get(item.place.range()).is_some(), "{:?} is no place in the line", item.place);
        assert!(item.form.is_log(), "a form that is no log");
    }
}
