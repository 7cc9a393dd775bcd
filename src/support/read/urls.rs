//! Form `url`: a URL that nothing else explains.

use std::ops::Range;

use super::address::{get, request};
use super::found::{Found, item};
use super::links;
use super::text::{METHODS, line_start};
use crate::support::ticket::Form;
use crate::support::traced::{Traced, View};

/// Every URL in the free parts of the view that could be meant for CAKE; the same one in two places counts once.
pub(super) fn find(view: &View<'_>, free: &[Range<usize>], found: &mut Found) {
    let mut known = std::collections::HashSet::new();
    for part in free {
        for link in links::find(view, part.clone()) {
            if !links::concerns_cake(&link.url) || !known.insert(link.url.bytes().to_vec()) {
                continue;
            }
            let method = method_before(view, part.start, link.part.start).unwrap_or_else(|| get(&link.url));
            let mut item = item(view, link.part.clone(), Form::Url);
            item.request = Some(request(method, &link.url));
            item.marks = link.marks;
            found.item(link.part, item);
        }
    }
}

/// The method, where one stands right before the URL.
fn method_before(view: &View<'_>, floor: usize, start: usize) -> Option<Traced> {
    let line = line_start(&view.text, start, floor);
    let before = view.text[line..start].trim_end();
    let word = before.rsplit(|c: char| !c.is_ascii_alphabetic()).next()?;
    let is_alone = before.len() < view.text[line..start].len() && METHODS.contains(&word);
    is_alone.then(|| Traced::standing_for(word, view.place(line + before.len() - word.len()..line + before.len())))
}
