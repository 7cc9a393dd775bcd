//! What was meant by a name that nobody knows.

use crate::nearest::nearest;

/// What other tools call something, or everybody does, and what it is called here.
const SAID: [(&str, &str); 24] = [
    ("apikey", "key"),
    ("content", "body"),
    ("customfields", "fields"),
    ("description", "why"),
    ("error", "fault"),
    ("expect", "code"),
    ("expect", "client"),
    ("expected", "code"),
    ("expected", "client"),
    ("id", "lead_id"),
    ("labels", "tags"),
    ("lead", "lead_id"),
    ("mimetype", "content_type"),
    ("name", "title"),
    ("outcome", "client"),
    ("request", "update"),
    ("requires", "needs"),
    ("response", "answer"),
    ("result", "client"),
    ("setup", "instance"),
    ("statuscode", "http_status"),
    ("substatus", "sub_status"),
    ("type", "kind"),
    ("updates", "steps"),
];

/// The name that was probably meant: another word for one that takes such a value, one that is spelt nearly so, or one whose
/// words hold all of its.
pub(super) fn meant_by<'k>(read: &str, known: &[&'k str], takes_it: impl Fn(&str) -> bool) -> Option<&'k str> {
    let folded = read.to_ascii_lowercase().replace(['_', '-', ' '], "");
    let mut said = SAID.iter().filter(|(said, name)| *said == folded && takes_it(name)).map(|(_, name)| *name);
    let is_known = |name: &str| known.iter().copied().find(|known| *known == name);
    let holds = |whole: &str, part: &str| part.split('_').all(|word| whole.split('_').any(|other| other == word));
    said.find_map(is_known)
        .or_else(|| nearest(read, known.iter().copied()))
        .or_else(|| known.iter().copied().find(|name| holds(name, read) || holds(read, name)))
}

/// The key that was meant where what was read as one holds its value too: the colon is missing, or the space behind it.
pub(super) fn without_colon<'k>(read: &str, known: &[&'k str]) -> Option<&'k str> {
    known.iter().copied().find(|key| read.strip_prefix(key).is_some_and(|rest| rest.starts_with([' ', ':'])))
}

/// A character that looks like one of those that all names here are made of, and is none.
pub(super) fn look_alike(read: &str) -> Option<char> {
    read.chars().find(|c| !c.is_ascii())
}

#[cfg(test)]
mod tests {
    use super::meant_by;

    #[test]
    fn another_word_for_a_name_a_misspelt_one_and_a_part_of_one_are_understood() {
        let known = ["title", "why", "lead_id", "http_status", "refusal_http_status", "code"];
        for (read, meant) in [
            ("name", Some("title")),
            ("Description", Some("why")),
            ("status_code", Some("http_status")),
            ("statusCode", Some("http_status")),
            ("titel", Some("title")),
            ("leadid", Some("lead_id")),
            ("refusal_status", Some("refusal_http_status")),
            ("expected", Some("code")),
            ("speed", None),
        ] {
            assert_eq!(meant_by(read, &known, |_| true), meant, "{read}");
        }
        assert_eq!(meant_by("expected", &["client", "code"], |name| name == "client"), Some("client"));
    }
}
