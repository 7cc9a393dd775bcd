//! A query: whatever is sent is read, and what is read and sent again is read alike.

use caketester::protocol::{Params, encode};

/// Holds the reader of queries against these bytes.
pub fn check(data: &[u8]) {
    let params = Params::decode(data);
    let query = again(&params);
    let again = Params::decode(query.as_bytes());
    assert_eq!(again.bare().count(), 0, "a pair became a bare name");
    assert_eq!(flat(&params), flat(&again), "what was read, sent again, is read otherwise");
    for name in params.names() {
        let values: Vec<&str> = params.values(name).collect();
        assert_eq!(params.get(name).as_deref(), Some(&*values.join(",")));
        assert!(params.values(&name.to_ascii_uppercase()).eq(values), "letter case matters");
    }
    assert_is_a_form(data);
    assert_encoded_is_decoded(data);
}

/// Every name with its values.
fn flat(params: &Params) -> Vec<(String, Vec<String>)> {
    let of = |name| params.values(name).map(str::to_owned).collect();
    params.names().map(|name| (name.to_owned(), of(name))).collect()
}

/// What was read, as a well-behaved client sends it again.
fn again(params: &Params) -> String {
    encode(params.names().flat_map(|name| params.values(name).map(move |value| (name, value))))
}

/// Apart from `%uXXXX` and from names without `=`, a query is a form, which others read too.
fn assert_is_a_form(data: &[u8]) {
    let pairs = data.split(|byte| *byte == b'&').filter(|segment| segment.contains(&b'='));
    let pairs: Vec<&[u8]> = pairs.filter(|segment| !segment.windows(2).any(|two| two == b"%u")).collect();
    let query = pairs.join(&b'&');
    assert_eq!(flat(&Params::decode(&query)), grouped(form_urlencoded::parse(&query)), "read unlike a form");
}

/// Names and values made up from the bytes, and sent.
fn assert_encoded_is_decoded(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let words: Vec<&str> = text.split('\n').collect();
    let pairs = words.chunks_exact(2).map(|pair| (pair[0], pair[1]));
    let query = encode(pairs.clone());
    assert_eq!(flat(&Params::decode(query.as_bytes())), grouped(pairs), "what was sent is read otherwise");
}

/// The pairs by name, as ASP.NET compares names: letter case does not matter.
fn grouped<N: AsRef<str>, V: AsRef<str>>(pairs: impl Iterator<Item = (N, V)>) -> Vec<(String, Vec<String>)> {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for (name, value) in pairs {
        let (name, value) = (name.as_ref(), value.as_ref().to_owned());
        match groups.iter_mut().find(|(known, _)| known.eq_ignore_ascii_case(name)) {
            Some((_, values)) => values.push(value),
            None => groups.push((name.to_owned(), vec![value])),
        }
    }
    groups
}
