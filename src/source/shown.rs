//! A line of a file as it may be shown. Where an API key may stand nobody knows what a word is that is in the wrong place, so
//! that hardly any word is shown there.

/// Keys under which no API key stands.
const HARMLESS: [&str; 67] = [
    "after",
    "answer",
    "attempts",
    "baseline",
    "basis",
    "body",
    "bytes",
    "campaign",
    "can",
    "certificate",
    "check_order",
    "client",
    "code",
    "content_type",
    "enabled",
    "every_ms",
    "expression",
    "fault",
    "fields",
    "flaky",
    "foreign_lead",
    "form_post",
    "headers",
    "http_status",
    "id",
    "info",
    "key_case",
    "kind",
    "label",
    "lead_defaults",
    "lead_id",
    "lead_id_case",
    "leads",
    "messages",
    "missing_parameter",
    "missing_sub_status",
    "names",
    "needs",
    "network",
    "offer",
    "outcome",
    "pack",
    "phase",
    "policy",
    "profile",
    "reason",
    "refusal_http_status",
    "rule",
    "sample",
    "scenario",
    "shape",
    "sold",
    "source",
    "status",
    "statuses",
    "steps",
    "strict",
    "sub_status",
    "sub_statuses",
    "tags",
    "timeout",
    "title",
    "to",
    "type",
    "unknown_sub_status",
    "update",
    "wait_ms",
];
/// Words that stand around an API key.
const AROUND: [&str; 10] = ["add", "buyer", "buyers", "env", "instance", "key", "name", "remove", "run", "…"];
/// Words that stand where a key might, and are surely none: values and placeholders.
const PLAIN: [&str; 14] = [
    "true", "false", "yes", "no", "on", "off", "null", "base_url", "url", "ca_file", "api_key", "field", "cases",
    "outcomes",
];
/// Programs that begin many a command. Any other word of a command may be a key.
pub(super) const PROGRAMS: [&str; 12] =
    ["bash", "curl", "dotnet", "go", "java", "node", "perl", "php", "python", "python3", "ruby", "sh"];
/// A word of a buyer's name that is as long as this and holds a digit may be a key in the wrong place.
const LONGEST_NAME: usize = 7;

/// A line as it may be shown, of the same length. It begins at this place of the text.
pub(super) fn shown(text: &str, start: usize, line: &str) -> String {
    if may_hold_a_key(text, start, line) { masked(line) } else { line.to_owned() }
}

/// Whether a line belongs to a buyer, or to what might be one with a misspelt name; or to a command, which may be given a key.
fn may_hold_a_key(text: &str, start: usize, line: &str) -> bool {
    let mut column = usize::MAX;
    let above = text[..start].lines().rev();
    for line in std::iter::once(line).chain(above) {
        let content = line.trim_start_matches([' ', '\t', '-']);
        let is_nothing = content.is_empty() || content.starts_with('#');
        if is_nothing || line.len() - content.len() >= column {
            continue;
        }
        if content.to_lowercase().contains("buyers") {
            return true;
        }
        let (first, within) = (first_word(content), content.split_once(':').map_or("", |(_, value)| first_word(value)));
        if HARMLESS.contains(&first) || first == "why" || (first == "instance" && HARMLESS.contains(&within)) {
            return false;
        }
        column = line.len() - content.len();
        if column == 0 {
            break;
        }
    }
    // Nothing above says what it is: a file that speaks of no buyer and no command has no key.
    let lower = text.to_lowercase();
    ["buy", "key", "name", "run"].iter().any(|word| lower.contains(word))
}

/// The key with which a line begins; nothing where it begins otherwise.
fn first_word(content: &str) -> &str {
    let content = content.trim_start_matches(['{', '[', ' ', '"', '\'']);
    let end = content.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(content.len());
    let (word, rest) = content.split_at(end);
    if rest.trim_start_matches(['"', '\'', ' ']).starts_with(':') { word } else { "" }
}

/// The line with a star for every byte of a word that may be a key.
fn masked(line: &str) -> String {
    let mut out = String::new();
    let mut before = "";
    for piece in line.split_inclusive(|c: char| " \t{}[],:#'\"".contains(c)) {
        let word = piece.trim_end_matches(|c: char| " \t{}[],:#'\"".contains(c));
        let is_name = before == "name" && !(word.len() > LONGEST_NAME && word.contains(|c: char| c.is_ascii_digit()));
        let is_variable = before == "env" && is_variable(word);
        let is_mark = word.chars().all(|c| "-|>?&*!%@`<=".contains(c));
        let is_plain = [&AROUND[..], &HARMLESS, &PLAIN, &PROGRAMS].iter().any(|words| words.contains(&word));
        if is_mark || is_plain || is_name || is_variable {
            out.push_str(word);
        } else {
            out.push_str(&"*".repeat(word.len()));
        }
        out.push_str(&piece[word.len()..]);
        if ["name", "env"].contains(&word) {
            before = word;
        } else if piece.ends_with([',', '}', '#']) {
            before = "";
        }
    }
    out
}

/// Whether this is surely the name of a variable, and no key: `CAKE_KEY`, `cake_key`.
fn is_variable(word: &str) -> bool {
    let of = |is: fn(&char) -> bool| word.chars().all(|c| is(&c) || c == '_');
    of(char::is_ascii_uppercase) || (word.contains('_') && of(char::is_ascii_lowercase))
}

#[cfg(test)]
mod tests {
    use super::shown;

    fn last_line(text: &str) -> String {
        let start = text.rfind('\n').map_or(0, |end| end + 1);
        shown(text, start, &text[start..])
    }

    #[test]
    fn a_word_that_may_be_a_key_is_not_shown_wherever_it_stands() {
        for (text, seen) in [
            ("buyers: [{ name: Acme, key: K7m2 }]", "buyers: [{ name: Acme, key: **** }]"),
            ("buyers:\n  - name: Acme\n    ky: K7m2", "    **: ****"),
            ("buyers:\n  - name: Acme\n    key:\n      K7m2 #5", "      **** #*"),
            ("buyers:\n  - name: Acme\n    key:\nK7m2", "****"),
            ("enabled: true\nbuers: [{ ky: K7m2 }] # key", "*****: [{ **: **** }] # key"),
            ("instance:\n  buyers:\n  - key=K7m2", "  - ********"),
            ("buyers:\n  - name: K7m2Qx94TB1d", "  - name: ************"),
            ("buyers:\n  - key: { env: CAKE_KEY }", "  - key: { env: CAKE_KEY }"),
            ("buyers:\n  - key: { env: sk_K7 }", "  - key: { env: ***** }"),
            ("run:\n  - curl\n  - K7m2 #x", "  - **** #*"),
            ("run: php push.php K7m2 {lead_id}", "run: php ******** **** {lead_id}"),
            ("buyers: [{ name: Acme, key: K7m2, enabled: yes }]", "buyers: [{ name: Acme, key: ****, enabled: yes }]"),
        ] {
            assert_eq!(last_line(text), seen, "{text}");
        }
    }

    #[test]
    fn what_stands_elsewhere_is_shown() {
        for text in [
            "buyers: [{ key: a }]\nleads: [{ id: C8097F17, campain: x }]",
            "buyers: [{ key: a }]\nleads:\n  - id: C8097F17\n    campain: x",
            "title: a key\nupdate: { lead_id: K, statu: x }",
            "colour: red",
            "run: [php]\nstrict: yes",
        ] {
            assert_eq!(last_line(text), text.rsplit('\n').next().unwrap(), "{text}");
        }
    }
}
