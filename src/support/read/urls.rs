//! Form `url`: a URL that nothing else explains.

use std::ops::Range;

use super::address::{get, request};
use super::found::{Found, item, mark};
use super::links;
use super::text::{METHODS, line_start};
use super::wrapped::floor_boundary;
use crate::support::ticket::{Form, MarkKind};
use crate::support::traced::{Traced, View};

/// Every URL in the free parts of the view that could be meant for CAKE; the same one in two places counts once.
pub(super) fn find(view: &View<'_>, free: &[Range<usize>], found: &mut Found) {
    let mut known = std::collections::HashSet::new();
    for part in free {
        for mut link in links::find(view, part.clone()) {
            cut_by_shell(view, part.start, &mut link);
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

/// `wget` takes a URL from a shell, which ends the command at an `&` outside quotes.
fn cut_by_shell(view: &View<'_>, floor: usize, link: &mut links::Link) {
    let floor = floor.max(floor_boundary(&view.text, link.part.start));
    let before = &view.text[line_start(&view.text, link.part.start, floor)..link.part.start];
    let is_bare = before.ends_with(' ')
        && !view.text[link.part.start..].starts_with(['"', '\'', '“', '‘', '<'])
        && before.split_whitespace().any(|word| word == "wget" || word.ends_with("/wget"));
    let Some(at) = link.url.bytes().iter().position(|byte| *byte == b'&').filter(|_| is_bare) else { return };
    let rest = link.url.slice(at..link.url.len());
    link.marks.push(mark(MarkKind::ShellAmpersand, rest.whole(), rest.text().trim_start_matches('&')));
    link.url = link.url.slice(0..at);
}

/// The method, where one stands right before the URL.
fn method_before(view: &View<'_>, floor: usize, start: usize) -> Option<Traced> {
    let line = line_start(&view.text, start, floor);
    let before = view.text[line..start].trim_end();
    let word = before.rsplit(|c: char| !c.is_ascii_alphabetic()).next()?;
    let is_alone = before.len() < view.text[line..start].len() && METHODS.contains(&word);
    is_alone.then(|| Traced::standing_for(word, view.place(line + before.len() - word.len()..line + before.len())))
}
