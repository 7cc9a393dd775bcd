//! Whether somebody edited a snapshot by hand: its header says of a body what its own body cannot be.

use super::file::Snapshot;
use super::info::{Info, LineEnds};

impl Snapshot {
    /// The facts in the header that are not those of the body, joined in words; `known` is an answer that the header may have
    /// been taken of.
    ///
    /// The body stands here in normal form, so white space at its end, line ends of several kinds and bytes that are no UTF-8
    /// are lost: where the header tells of such a body, its SHA-256 proves nothing. Nor does the body say anything of the HTTP
    /// status and the content type.
    pub fn edited(&self, known: &Self) -> Option<String> {
        let info = self.info()?;
        let contents = self.contents();
        if contents.contains('\u{fffd}') {
            return None;
        }
        let of = |body: String| Info::of(info.http_status, &info.content_type, body.as_bytes());
        let bodies = ["\n", "\r\n"].into_iter().flat_map(|end| {
            let body = contents.replace('\n', end);
            [body.clone(), body + end]
        });
        let possible: Vec<Info> = bodies.map(of).collect();
        if let Some(own) = possible.iter().find(|own| own.sha256 == info.sha256) {
            let facts: Vec<&str> = own.byte_differences(info).iter().map(|difference| difference.fact).collect();
            return (!facts.is_empty()).then(|| facts.join(", "));
        }
        let is_of_another_body =
            || known.contents() != contents && known.info().is_some_and(|known| known.sha256 == info.sha256);
        let facts = |info: &Info| (info.length, info.line_ends, info.final_newline);
        // Of this length, with these line ends and this end there is but one body.
        if is_of_another_body() || possible.iter().any(|own| facts(own) == facts(info)) {
            return Some("SHA-256".into());
        }
        let is_one_line = info.line_ends == LineEnds::None;
        let wrong = [
            (info.length < self.shortest(), "length"),
            (is_one_line && contents.contains('\n'), "line ends"),
            (info.final_newline && (is_one_line || info.length == self.shortest()), "final newline"),
        ];
        let wrong: Vec<&str> = wrong.into_iter().filter(|(is, _)| *is).map(|(_, fact)| fact).collect();
        (!wrong.is_empty()).then(|| wrong.join(", "))
    }

    /// How many bytes the body has at least, with the line ends that the header tells of.
    fn shortest(&self) -> u64 {
        let is_crlf = self.info().is_some_and(|info| info.line_ends == LineEnds::Crlf);
        let ends = if is_crlf { self.contents().matches('\n').count() } else { 0 };
        (self.contents().len() + ends) as u64
    }
}
