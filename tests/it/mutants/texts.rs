//! What programs do to texts on their way: trimming, cutting, cleaning, converting.

use super::client::Habit::{Field, Value};
use super::client::Of::{All, Fields, LeadId, Status, SubStatus};
use super::row::{Mutant, killed};

fn replaced(text: &str, pairs: &[(&str, &str)]) -> String {
    pairs.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

fn squeezed(text: &str) -> String {
    let mut text = text.to_owned();
    while text.contains("  ") {
        text = text.replace("  ", " ");
    }
    text
}

/// At most so many characters.
fn first(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

/// At most so many bytes; half a character at the end is lost.
fn first_bytes(text: &str, most: usize) -> String {
    String::from_utf8_lossy(&text.as_bytes()[..text.len().min(most)]).into_owned()
}

/// Characters that are written in two ways, composed and decomposed, as far as the pack has them.
const COMPOSED: [(&str, &str); 7] = [
    ("e\u{301}", "é"),
    ("e\u{308}", "ë"),
    ("u\u{301}", "ú"),
    ("o\u{308}", "ö"),
    ("u\u{308}", "ü"),
    ("o\u{302}", "ô"),
    ("U\u{308}", "Ü"),
];

/// What compatibility normalisation makes of characters.
const COMPATIBLE: [(&str, &str); 8] = [
    ("\u{FB01}", "fi"),
    ("²", "2"),
    ("½", "1\u{2044}2"),
    ("™", "TM"),
    ("…", "..."),
    ("\u{A0}", " "),
    ("Ａ", "A"),
    ("①", "1"),
];

fn decomposed(text: &str) -> String {
    COMPOSED.iter().fold(text.to_owned(), |text, (two, one)| text.replace(one, two))
}

fn without_accents(text: &str) -> String {
    decomposed(text).chars().filter(|c| !('\u{300}'..='\u{36F}').contains(c)).collect()
}

/// Each character beyond what one byte can say, as a question mark.
fn one_byte(text: &str) -> String {
    text.chars().map(|c| if (c as u32) < 0x100 { c } else { '?' }).collect()
}

/// What `strip_tags` leaves: a `<` with white space behind it begins no tag.
fn without_tags(text: &str, is_tag: fn(Option<char>) -> bool) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        if is_tag(rest[at + 1..].chars().next()) {
            rest = rest[at..].find('>').map_or("", |end| &rest[at + end + 1..]);
        } else {
            out.push('<');
            rest = &rest[at + 1..];
        }
    }
    out + rest
}

pub(super) fn title_case(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        let mut letters = word.chars();
        letters
            .next()
            .map_or_else(String::new, |c| c.to_uppercase().chain(letters.flat_map(char::to_lowercase)).collect())
    });
    words.collect::<Vec<_>>().join(" ")
}

/// Digits of another script, which begin here, as plain ones.
fn plain_digits(text: &str, zero: char) -> String {
    let plain = |c: char| char::from_digit((c as u32).wrapping_sub(zero as u32), 10).unwrap_or(c);
    text.chars().map(plain).collect()
}

/// A text that is one of these, as another one.
fn replaced_whole(text: &str, pairs: &[(&str, &str)]) -> String {
    pairs.iter().find(|(from, _)| *from == text).map_or(text, |(_, to)| to).to_owned()
}

fn cut_at(text: &str, what: &[char]) -> String {
    text.split(what).next().unwrap_or_default().to_owned()
}

const HTML: [(&str, &str); 5] = [("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("\"", "&quot;"), ("'", "&#039;")];
const FROM_HTML: [(&str, &str); 5] = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")];
const TO_SMART: [(&str, &str); 3] = [("'", "\u{2019}"), (" \"", " \u{201C}"), ("\"", "\u{201D}")];
const FROM_SMART: [(&str, &str); 4] = [("\u{2019}", "'"), ("\u{2018}", "'"), ("\u{201C}", "\""), ("\u{201D}", "\"")];

pub(crate) const TABLE: &[Mutant] = &[
    // Trimming and spaces.
    killed("trims every value", &["Q05", "Q06", "Q15"], Value(All, |t| t.trim().into())),
    killed("trims the status", &["Q05"], Value(Status, |t| t.trim().into())),
    killed("trims the status on the right (rtrim, CHAR)", &["Q05"], Value(Status, |t| t.trim_end().into())),
    killed("trims the status on the left", &["Q05"], Value(Status, |t| t.trim_start().into())),
    killed("trims the sub-status", &["Q06"], Value(SubStatus, |t| t.trim().into())),
    killed("trims the sub-status on the right", &["Q06"], Value(SubStatus, |t| t.trim_end().into())),
    killed("trims the sub-status on the left", &["Q06"], Value(SubStatus, |t| t.trim_start().into())),
    killed("trims fields", &["Q15"], Value(Fields, |t| t.trim().into())),
    killed("trims fields on the right", &["Q15"], Value(Fields, |t| t.trim_end().into())),
    killed("trims fields on the left", &["Q15"], Value(Fields, |t| t.trim_start().into())),
    killed("chomps fields", &["Q15"], Value(Fields, |t| t.trim_end_matches(['\r', '\n']).into())),
    killed("doubled spaces of fields become one", &["Q15"], Value(Fields, squeezed)),
    killed("doubled spaces of the status become one", &["Q05"], Value(Status, squeezed)),
    killed("doubled spaces of the sub-status become one", &["Q06"], Value(SubStatus, squeezed)),
    killed(
        "all white space of fields becomes one space (normalize-space)",
        &["Q15"],
        Value(Fields, |t| t.split_whitespace().collect::<Vec<_>>().join(" ")),
    ),
    killed("tabs of the status become spaces", &["Q05"], Value(Status, |t| t.replace('\t', " "))),
    killed("tabs of the sub-status become spaces", &["Q06"], Value(SubStatus, |t| t.replace('\t', " "))),
    killed("line breaks of the status are dropped", &["Q05"], Value(Status, |t| t.replace('\n', ""))),
    killed("zero-width spaces of the status are dropped", &["Q05"], Value(Status, |t| t.replace('\u{200B}', ""))),
    killed(
        "zero-width spaces of the sub-status are dropped",
        &["Q06"],
        Value(SubStatus, |t| t.replace('\u{200B}', "")),
    ),
    killed(
        "marks of direction are dropped",
        &["Q15"],
        Value(Fields, |t| t.replace(['\u{200E}', '\u{200F}', '\u{202B}', '\u{202C}', '\u{2067}', '\u{2069}'], "")),
    ),
    killed("variation selectors are dropped", &["Q15"], Value(Fields, |t| t.replace('\u{FE0F}', ""))),
    killed("zero-width non-joiners are dropped", &["Q15"], Value(Fields, |t| t.replace('\u{200C}', ""))),
    killed("U+2028 and U+2029 become spaces", &["Q15"], Value(Fields, |t| t.replace(['\u{2028}', '\u{2029}'], " "))),
    killed("U+0085 becomes a line end", &["Q15"], Value(Fields, |t| t.replace('\u{85}', "\n"))),
    killed("thin spaces become spaces", &["Q15"], Value(Fields, |t| t.replace(['\u{2009}', '\u{202F}'], " "))),
    killed("ideographic spaces become spaces", &["Q15"], Value(Fields, |t| t.replace('\u{3000}', " "))),
    killed(
        "a CR alone becomes LF",
        &["Q15"],
        Value(Fields, |t| t.replace("\r\n", "\n\r").replace('\r', "\n").replace("\n\n", "\r\n")),
    ),
    killed(
        "a field of blanks is left out",
        &["Q07"],
        Field(|t| (t.is_empty() || !t.trim().is_empty()).then(|| t.into())),
    ),
    killed(
        "control characters but tabs and line ends are dropped",
        &["Q15"],
        Value(Fields, |t| t.chars().filter(|c| !c.is_ascii_control() || "\t\r\n".contains(*c)).collect()),
    ),
    killed("fullwidth digits become plain ones", &["Q15"], Value(Fields, |t| plain_digits(t, '\u{FF10}'))),
    killed("Arabic digits become plain ones", &["Q15"], Value(Fields, |t| plain_digits(t, '\u{660}'))),
    killed("tabs become spaces", &["Q15"], Value(Fields, |t| t.replace('\t', " "))),
    killed("tabs are dropped", &["Q15"], Value(Fields, |t| t.replace('\t', ""))),
    killed("values end at a tab (TSV)", &["Q15"], Value(Fields, |t| cut_at(t, &['\t']))),
    killed("line breaks become spaces", &["Q15"], Value(Fields, |t| t.replace(['\r', '\n'], " "))),
    killed("line breaks are dropped", &["Q15"], Value(Fields, |t| t.replace(['\r', '\n'], ""))),
    killed("values end with their first line", &["Q15"], Value(Fields, |t| cut_at(t, &['\r', '\n']))),
    killed("line breaks become <br />", &["Q15"], Value(Fields, |t| t.replace('\n', "<br />\n"))),
    killed("line breaks become \\n", &["Q15"], Value(Fields, |t| t.replace('\n', "\\n"))),
    killed(
        "LF becomes CRLF (Windows, forms)",
        &["Q15"],
        Value(Fields, |t| t.replace("\r\n", "\n").replace('\n', "\r\n")),
    ),
    killed("CRLF becomes LF", &["Q15"], Value(Fields, |t| t.replace("\r\n", "\n"))),
    killed("CR is dropped", &["Q15"], Value(Fields, |t| t.replace('\r', ""))),
    killed("no-break spaces of fields become spaces", &["Q15"], Value(Fields, |t| t.replace('\u{A0}', " "))),
    killed("no-break spaces of the status become spaces", &["Q05"], Value(Status, |t| t.replace('\u{A0}', " "))),
    killed("no-break spaces are dropped", &["Q15"], Value(Fields, |t| t.replace('\u{A0}', ""))),
    killed(
        "zero-width characters are dropped",
        &["Q15"],
        Value(Fields, |t| t.replace(['\u{200B}', '\u{200C}', '\u{200D}', '\u{FEFF}'], "")),
    ),
    killed(
        "zero-width joiners are dropped, so emoji fall apart",
        &["Q15"],
        Value(Fields, |t| t.replace('\u{200D}', "")),
    ),
    killed("soft hyphens are dropped", &["Q15"], Value(Fields, |t| t.replace('\u{AD}', ""))),
    killed(
        "control characters are dropped",
        &["Q15"],
        Value(Fields, |t| t.chars().filter(|c| !c.is_control()).collect()),
    ),
    killed("spaces become underscores", &["Q05"], Value(Status, |t| t.replace(' ', "_"))),
    killed("spaces become hyphens", &["Q05"], Value(Status, |t| t.replace(' ', "-"))),
    killed("spaces of the status are dropped", &["Q05"], Value(Status, |t| t.replace(' ', ""))),
    killed("spaces of the sub-status are dropped", &["Q06"], Value(SubStatus, |t| t.replace(' ', ""))),
    killed("a space after the status (CHAR padding)", &["Q05"], Value(Status, |t| format!("{t} "))),
    killed(
        "a line end after the last value (a file read by lines)",
        &["Q10", "Q15"],
        Value(Fields, |t| format!("{t}\n")),
    ),
    killed("a line end after the status", &["Q05"], Value(Status, |t| format!("{t}\r"))),
    killed("a byte order mark before the lead ID (CSV)", &["Q04"], Value(LeadId, |t| format!("\u{FEFF}{t}"))),
    killed("a space before the lead ID", &["Q04"], Value(LeadId, |t| format!(" {t}"))),
    // Unicode.
    killed("normalises the status to NFC", &["Q05"], Value(Status, |t| replaced(t, &COMPOSED))),
    killed("normalises the status to NFD", &["Q05"], Value(Status, decomposed)),
    killed("normalises fields to NFC", &["Q15"], Value(Fields, |t| replaced(t, &COMPOSED))),
    killed("normalises fields to NFD (macOS)", &["Q15"], Value(Fields, decomposed)),
    killed("normalises fields to NFKC", &["Q15"], Value(Fields, |t| replaced(t, &COMPATIBLE))),
    killed("normalises the status to NFKC", &["Q05"], Value(Status, |t| replaced(t, &COMPATIBLE))),
    killed(
        "fullwidth letters become plain ones",
        &["Q15"],
        Value(Fields, |t| {
            t.chars()
                .map(|c| {
                    if ('\u{FF01}'..='\u{FF5E}').contains(&c) {
                        char::from_u32(c as u32 - 0xFEE0).unwrap_or(c)
                    } else {
                        c
                    }
                })
                .collect()
        }),
    ),
    killed("smart quotation marks become plain", &["Q15"], Value(Fields, |t| replaced(t, &FROM_SMART))),
    killed("smart quotation marks of the status become plain", &["Q05"], Value(Status, |t| replaced(t, &FROM_SMART))),
    killed("plain quotation marks become smart (WordPress, Word)", &["Q15"], Value(Fields, |t| replaced(t, &TO_SMART))),
    killed("plain quotation marks of the status become smart", &["Q05"], Value(Status, |t| replaced(t, &TO_SMART))),
    killed("dashes become hyphens", &["Q15"], Value(Fields, |t| t.replace(['\u{2013}', '\u{2014}'], "-"))),
    killed("two hyphens become a dash (Word)", &["Q15"], Value(Fields, |t| t.replace("--", "\u{2014}"))),
    killed("hyphens of the status become dashes", &["Q05"], Value(Status, |t| t.replace(" - ", " \u{2013} "))),
    killed("dashes of the status become hyphens", &["Q05"], Value(Status, |t| t.replace('\u{2013}', "-"))),
    killed("an ellipsis becomes three points", &["Q15"], Value(Fields, |t| t.replace('…', "..."))),
    killed("three points become an ellipsis", &["Q15"], Value(Fields, |t| t.replace("...", "…"))),
    killed("(c) becomes ©", &["Q15"], Value(Fields, |t| t.replace("(c)", "©"))),
    killed("accents are stripped", &["Q15"], Value(Fields, without_accents)),
    killed("accents of the status are stripped", &["Q05"], Value(Status, without_accents)),
    killed(
        "umlauts are written out (ue)",
        &["Q05", "Q06", "Q15"],
        Value(All, |t| replaced(t, &[("ü", "ue"), ("ö", "oe"), ("Ü", "Ue"), ("ß", "ss")])),
    ),
    killed(
        "characters beyond ASCII are dropped",
        &["Q15"],
        Value(Fields, |t| t.chars().filter(char::is_ascii).collect()),
    ),
    killed(
        "characters beyond ASCII become ?",
        &["Q08"],
        Value(All, |t| t.chars().map(|c| if c.is_ascii() { c } else { '?' }).collect()),
    ),
    killed(
        "characters beyond ASCII become \\uXXXX",
        &["Q05", "Q06", "Q15"],
        Value(All, |t| {
            t.chars().map(|c| if c.is_ascii() { c.to_string() } else { format!("\\u{:04x}", c as u32) }).collect()
        }),
    ),
    killed(
        "characters beyond ASCII become &#N;",
        &["Q15"],
        Value(Fields, |t| {
            t.chars().map(|c| if c.is_ascii() { c.to_string() } else { format!("&#{};", c as u32) }).collect()
        }),
    ),
    killed("characters beyond Latin-1 become ?", &["Q08", "Q05", "Q06", "Q15"], Value(All, one_byte)),
    killed("the euro sign becomes ? (Latin-1)", &["Q08", "Q15"], Value(Fields, |t| t.replace('€', "?"))),
    killed("the euro sign becomes EUR", &["Q15"], Value(Fields, |t| t.replace('€', "EUR"))),
    killed(
        "emoji are dropped (utf8mb3)",
        &["Q05", "Q06", "Q15"],
        Value(All, |t| t.chars().filter(|c| (*c as u32) < 0x1_0000).collect()),
    ),
    killed(
        "emoji become ? (utf8mb3)",
        &["Q08", "Q15"],
        Value(Fields, |t| t.chars().map(|c| if (c as u32) < 0x1_0000 { c } else { '?' }).collect()),
    ),
    killed(
        "values end at the first emoji (MySQL)",
        &["Q15"],
        Value(Fields, |t| t.chars().take_while(|c| (*c as u32) < 0x1_0000).collect()),
    ),
    killed(
        "emoji become U+FFFD (half a surrogate)",
        &["Q08"],
        Value(Fields, |t| t.chars().map(|c| if (c as u32) < 0x1_0000 { c } else { '\u{FFFD}' }).collect()),
    ),
    killed(
        "skin tones and other modifiers are dropped",
        &["Q15"],
        Value(Fields, |t| t.chars().filter(|c| !('\u{1F3FB}'..='\u{1F3FF}').contains(c)).collect()),
    ),
    killed(
        "values are turned around (a right-to-left bug)",
        &["Q15"],
        Value(Fields, |t| {
            if t.chars().any(|c| ('\u{590}'..='\u{6FF}').contains(&c)) { t.chars().rev().collect() } else { t.into() }
        }),
    ),
    // Letter case.
    killed("the status in capitals", &["Q05"], Value(Status, str::to_uppercase)),
    killed("the status in small letters", &["Q05"], Value(Status, str::to_lowercase)),
    killed("the status with capitals in front of words (ucwords)", &["Q05"], Value(Status, title_case)),
    killed("the sub-status in capitals", &["Q06"], Value(SubStatus, str::to_uppercase)),
    killed("the sub-status in small letters", &["Q06"], Value(SubStatus, str::to_lowercase)),
    killed(
        "the sub-status with one capital in front",
        &["Q06"],
        Value(SubStatus, |t| {
            let mut c = t.chars();
            c.next().map_or_else(String::new, |f| f.to_uppercase().chain(c.flat_map(char::to_lowercase)).collect())
        }),
    ),
    killed("the sub-status with capitals in front of words", &["Q06"], Value(SubStatus, title_case)),
    killed("the lead ID in capitals", &["Q04"], Value(LeadId, str::to_uppercase)),
    killed("the lead ID without hyphens", &["Q04"], Value(LeadId, |t| t.replace('-', ""))),
    killed("the lead ID cut at ten characters", &["Q04"], Value(LeadId, |t| first(t, 10))),
    killed("the lead ID cut at 32 characters", &["Q04"], Value(LeadId, |t| first(t, 32))),
    killed("fields in capitals", &["Q15"], Value(Fields, str::to_uppercase)),
    killed("fields in small letters", &["Q15"], Value(Fields, str::to_lowercase)),
    killed("fields with capitals in front of words", &["Q15"], Value(Fields, title_case)),
    killed("the lead ID in small letters", &["Q04"], Value(LeadId, str::to_lowercase)),
    killed("the lead ID with 0x in front", &["Q04"], Value(LeadId, |t| format!("0x{t}"))),
    killed("the lead ID in braces", &["Q04"], Value(LeadId, |t| format!("{{{t}}}"))),
    // Cutting.
    killed("the status cut at 20 characters", &["Q08", "Q05"], Value(Status, |t| first(t, 20))),
    killed("the status cut at 32 characters", &["Q05"], Value(Status, |t| first(t, 32))),
    killed("the status cut at 40 characters", &["Q05"], Value(Status, |t| first(t, 40))),
    killed("the status cut at 50 characters", &["Q05"], Value(Status, |t| first(t, 50))),
    killed("the status cut at 64 characters", &["Q05"], Value(Status, |t| first(t, 64))),
    killed("the status cut at 50 bytes", &["Q08", "Q05"], Value(Status, |t| first_bytes(t, 50))),
    killed("the sub-status cut at 20 characters", &["Q06"], Value(SubStatus, |t| first(t, 20))),
    killed("the sub-status cut at 40 characters", &["Q06"], Value(SubStatus, |t| first(t, 40))),
    killed("the sub-status cut at 50 characters", &["Q06"], Value(SubStatus, |t| first(t, 50))),
    killed("the sub-status cut at 64 characters", &["Q06"], Value(SubStatus, |t| first(t, 64))),
    killed("the status cut at 100 characters", &["Q05"], Value(Status, |t| first(t, 100))),
    killed("the status cut at 128 characters", &["Q05"], Value(Status, |t| first(t, 128))),
    killed("the status cut at 200 characters", &["Q05"], Value(Status, |t| first(t, 200))),
    killed("the sub-status cut at 100 characters", &["Q06"], Value(SubStatus, |t| first(t, 100))),
    killed("the sub-status cut at 128 characters", &["Q06"], Value(SubStatus, |t| first(t, 128))),
    killed("the sub-status cut at 200 characters", &["Q06"], Value(SubStatus, |t| first(t, 200))),
    killed("fields cut at 40 characters", &["Q15"], Value(Fields, |t| first(t, 40))),
    killed("fields cut at 50 characters", &["Q15"], Value(Fields, |t| first(t, 50))),
    killed("fields cut at 64 characters", &["Q15"], Value(Fields, |t| first(t, 64))),
    killed("fields cut at 100 characters", &["Q15"], Value(Fields, |t| first(t, 100))),
    killed("fields cut at 128 characters", &["Q15"], Value(Fields, |t| first(t, 128))),
    killed("fields cut at 255 characters (VARCHAR)", &["Q15"], Value(Fields, |t| first(t, 255))),
    killed("fields cut at 256 characters", &["Q15"], Value(Fields, |t| first(t, 256))),
    killed("fields cut at 500 characters", &["Q15"], Value(Fields, |t| first(t, 500))),
    killed("fields cut at 1000 characters", &["Q15"], Value(Fields, |t| first(t, 1000))),
    killed("fields cut at 1024 characters", &["Q15"], Value(Fields, |t| first(t, 1024))),
    killed("fields cut at 1500 characters", &["Q15"], Value(Fields, |t| first(t, 1500))),
    killed(
        "fields cut at 20 bytes, within a character",
        &["Q08", "Q15"],
        Value(Fields, |t| if t.is_ascii() { t.into() } else { first_bytes(t, 20) }),
    ),
    killed(
        "fields cut at 60 and given an ellipsis",
        &["Q15"],
        Value(Fields, |t| if t.chars().count() > 60 { first(t, 60) + "..." } else { t.into() }),
    ),
    killed("long fields are left out", &["Q07"], Field(|t| (t.len() <= 1000).then(|| t.into()))),
    killed(
        "long fields are wrapped (MIME, wordwrap)",
        &["Q15"],
        Value(Fields, |t| t.as_bytes().chunks(76).map(String::from_utf8_lossy).collect::<Vec<_>>().join("\r\n")),
    ),
    killed("the status ends at a comma", &["Q05"], Value(Status, |t| cut_at(t, &[',']))),
    killed("fields end at a comma (CSV)", &["Q15"], Value(Fields, |t| cut_at(t, &[',']))),
    killed("the status ends at a semicolon", &["Q05"], Value(Status, |t| cut_at(t, &[';']))),
    killed("fields end at a semicolon", &["Q15"], Value(Fields, |t| cut_at(t, &[';']))),
    killed("the status ends at its first space", &["Q05"], Value(Status, |t| cut_at(t, &[' ']))),
    killed("the sub-status ends at its first space (a shell)", &["Q06"], Value(SubStatus, |t| cut_at(t, &[' ']))),
    killed("the status ends at a colon", &["Q05"], Value(Status, |t| cut_at(t, &[':']))),
    killed("the status ends at a slash", &["Q05"], Value(Status, |t| cut_at(t, &['/']))),
    killed("the status ends at a bar", &["Q05"], Value(Status, |t| cut_at(t, &['|']))),
    killed("fields end at a bar", &["Q15"], Value(Fields, |t| cut_at(t, &['|']))),
    killed("the status ends at a bracket", &["Q05"], Value(Status, |t| cut_at(t, &['(', '[']).trim_end().into())),
    killed(
        "the status ends at a hyphen between spaces",
        &["Q05"],
        Value(Status, |t| t.split(" - ").next().unwrap_or_default().into()),
    ),
    killed("the status loses a point at its end", &["Q05"], Value(Status, |t| t.trim_end_matches('.').into())),
    killed("the sub-status ends at a comma", &["Q06"], Value(SubStatus, |t| cut_at(t, &[',']))),
    killed("the sub-status ends at a slash", &["Q06"], Value(SubStatus, |t| cut_at(t, &['/']))),
    killed("the sub-status ends at a bar", &["Q06"], Value(SubStatus, |t| cut_at(t, &['|']))),
    killed(
        "the sub-status loses what is before a colon",
        &["Q06"],
        Value(SubStatus, |t| t.rsplit(": ").next().unwrap_or_default().into()),
    ),
    killed("the sub-status loses its brackets", &["Q06"], Value(SubStatus, |t| t.replace(['(', ')', '[', ']'], ""))),
    killed("the sub-status loses a point at its end", &["Q06"], Value(SubStatus, |t| t.trim_end_matches('.').into())),
    // Quotation marks, backslashes, markup.
    killed("HTML entities of the status are resolved", &["Q05"], Value(Status, |t| replaced(t, &FROM_HTML))),
    killed("HTML entities of the sub-status are resolved", &["Q06"], Value(SubStatus, |t| replaced(t, &FROM_HTML))),
    killed("backslashes of the status are dropped", &["Q05"], Value(Status, |t| t.replace('\\', ""))),
    killed("backslashes of the sub-status are dropped", &["Q06"], Value(SubStatus, |t| t.replace('\\', ""))),
    killed(
        "signs before a status are dropped (spreadsheets)",
        &["Q05"],
        Value(Status, |t| t.trim_start_matches(['=', '@', '+', '-', '\'']).into()),
    ),
    killed(
        "signs before a sub-status are dropped (spreadsheets)",
        &["Q06"],
        Value(SubStatus, |t| t.trim_start_matches(['=', '@', '+', '-', '\'']).into()),
    ),
    killed("%uXXXX of the status is resolved", &["Q08"], Value(Status, |t| t.replace("%u20AC", "€"))),
    killed("%uXXXX of the sub-status is resolved", &["Q08"], Value(SubStatus, |t| t.replace("%u20AC", "€"))),
    killed("%s in the status is a format", &["Q05"], Value(Status, |t| replaced(t, &[("%s", ""), ("%d", "0")]))),
    killed("$NAME in the status is expanded", &["Q05"], Value(Status, |t| t.replace("$HOME", "/root"))),
    killed("braces of the status are dropped", &["Q05"], Value(Status, |t| t.replace(['{', '}'], ""))),
    killed("stars of the sub-status are dropped", &["Q06"], Value(SubStatus, |t| t.replace('*', ""))),
    killed("quotation marks of the sub-status are dropped", &["Q06"], Value(SubStatus, |t| t.replace(['"', '\''], ""))),
    killed("normalises the sub-status to NFC", &["Q06"], Value(SubStatus, |t| replaced(t, &COMPOSED))),
    killed(
        "smart quotation marks of the sub-status become plain",
        &["Q06"],
        Value(SubStatus, |t| replaced(t, &FROM_SMART)),
    ),
    killed("the sub-status is percent-decoded", &["Q08"], Value(SubStatus, |t| t.replace("%2B", "+"))),
    killed(
        "a status yes or no is a truth value",
        &["Q05"],
        Value(Status, |t| replaced_whole(t, &[("yes", "1"), ("no", "0"), ("on", "1")])),
    ),
    killed("backslashes are doubled", &["Q15"], Value(Fields, |t| t.replace('\\', "\\\\"))),
    killed("backslashes are dropped (stripslashes)", &["Q15"], Value(Fields, |t| t.replace('\\', ""))),
    killed("backslashes become slashes", &["Q15"], Value(Fields, |t| t.replace('\\', "/"))),
    killed(
        "\\n and \\0 are read as escapes",
        &["Q15"],
        Value(Fields, |t| replaced(t, &[("\\n", "\n"), ("\\0", "\0"), ("\\t", "\t")])),
    ),
    killed(
        "quotation marks get backslashes (addslashes)",
        &["Q05", "Q06", "Q15"],
        Value(All, |t| replaced(t, &[("\\", "\\\\"), ("'", "\\'"), ("\"", "\\\"")])),
    ),
    killed("apostrophes are doubled (SQL)", &["Q05", "Q06", "Q15"], Value(All, |t| t.replace('\'', "''"))),
    killed("quotation marks are doubled (CSV)", &["Q05", "Q06", "Q15"], Value(All, |t| t.replace('"', "\"\""))),
    killed("quotation marks are dropped", &["Q05", "Q06", "Q15"], Value(All, |t| t.replace('"', ""))),
    killed("apostrophes are dropped", &["Q05", "Q06", "Q15"], Value(All, |t| t.replace('\'', ""))),
    killed("quotation marks around a value are dropped", &["Q15"], Value(Fields, |t| t.trim_matches('"').into())),
    killed(
        "values with a comma are quoted (CSV)",
        &["Q05", "Q06", "Q15"],
        Value(All, |t| if t.contains(',') { format!("\"{t}\"") } else { t.into() }),
    ),
    killed(
        "values with a space are quoted",
        &["Q05"],
        Value(Status, |t| if t.contains(' ') { format!("\"{t}\"") } else { t.into() }),
    ),
    killed("values as JSON texts", &["Q15"], Value(Fields, |t| format!("\"{t}\""))),
    killed("HTML entities are put in (htmlspecialchars)", &["Q05", "Q15"], Value(All, |t| replaced(t, &HTML))),
    killed("the ampersand becomes &amp;", &["Q05", "Q06", "Q15"], Value(All, |t| t.replace('&', "&amp;"))),
    killed("the ampersand becomes and", &["Q05", "Q06", "Q15"], Value(All, |t| t.replace('&', "and"))),
    killed("HTML entities are resolved", &["Q15"], Value(Fields, |t| replaced(t, &FROM_HTML))),
    killed(
        "HTML entities of letters are put in (htmlentities)",
        &["Q15"],
        Value(Fields, |t| replaced(t, &[("é", "&eacute;"), ("ë", "&euml;"), ("ü", "&uuml;"), ("€", "&euro;")])),
    ),
    killed(
        "tags are stripped (strip_tags)",
        &["Q15"],
        Value(Fields, |t| without_tags(t, |next| next.is_some_and(|c| !c.is_whitespace()))),
    ),
    killed("everything between < and > is stripped", &["Q15"], Value(Fields, |t| without_tags(t, |_| true))),
    killed("angle brackets are dropped", &["Q15"], Value(Fields, |t| t.replace(['<', '>'], ""))),
    killed(
        "everything but letters, digits and spaces is dropped",
        &["Q15"],
        Value(Fields, |t| t.chars().filter(|c| c.is_alphanumeric() || *c == ' ').collect()),
    ),
    killed(
        "the status keeps word characters alone (\\W)",
        &["Q05"],
        Value(Status, |t| t.chars().filter(|c| c.is_ascii_alphanumeric() || " _".contains(*c)).collect()),
    ),
    killed(
        "a leading @ is a file (curl -F)",
        &["Q15"],
        Value(Fields, |t| if t.starts_with('@') { String::new() } else { t.into() }),
    ),
    killed("a leading @ is dropped", &["Q15"], Value(Fields, |t| t.trim_start_matches('@').into())),
    killed(
        "a leading = gets an apostrophe (CSV injection)",
        &["Q15"],
        Value(Fields, |t| if t.starts_with(['=', '@']) { format!("'{t}") } else { t.into() }),
    ),
    killed(
        "a leading - or + gets an apostrophe (CSV injection)",
        &["Q10", "Q15"],
        Value(Fields, |t| if t.starts_with(['-', '+']) { format!("'{t}") } else { t.into() }),
    ),
    killed(
        "a leading = is dropped (curl --data-urlencode)",
        &["Q15"],
        Value(Fields, |t| t.trim_start_matches('=').into()),
    ),
    killed("a value that begins with = is left out", &["Q07"], Field(|t| (!t.starts_with('=')).then(|| t.into()))),
    killed("a leading - is an option, and dropped", &["Q15"], Value(Fields, |t| t.trim_start_matches('-').into())),
    killed("a leading # is a comment", &["Q07"], Field(|t| (!t.starts_with('#')).then(|| t.into()))),
    killed("an apostrophe in front is dropped (Excel)", &["Q15"], Value(Fields, |t| t.trim_start_matches('\'').into())),
    killed("$NAME is expanded (a shell)", &["Q15"], Value(Fields, |t| t.replace("$5", "").replace("$HOME", "/root"))),
    killed(
        "%s is a format (printf)",
        &["Q15"],
        Value(Fields, |t| t.replace("%s", "").replace("%d", "0").replace("%%", "%")),
    ),
    killed(
        "{name} is a template",
        &["Q15"],
        Value(Fields, |t| t.replace("{lead_id}", "").replace("{{", "{").replace("}}", "}")),
    ),
    killed("* is expanded (a shell)", &["Q15"], Value(Fields, |t| t.replace('*', ""))),
    killed(
        "a field that is a JSON list is taken apart",
        &["Q15"],
        Value(Fields, |t| t.trim_matches(['[', ']']).into()),
    ),
    killed(
        "a web address loses http://",
        &["Q15"],
        Value(Fields, |t| replaced(t, &[("https://", ""), ("http://", "")])),
    ),
    killed(
        "a mail address loses its +tag",
        &["Q15"],
        Value(Fields, |t| {
            t.split_once('+')
                .and_then(|(a, b)| Some(format!("{a}@{}", b.split_once('@')?.1)))
                .unwrap_or_else(|| t.into())
        }),
    ),
    killed(
        "telephone numbers keep digits alone",
        &["Q15"],
        Value(Fields, |t| {
            if t.starts_with('+') || t.starts_with('(') {
                t.chars().filter(char::is_ascii_digit).collect()
            } else {
                t.into()
            }
        }),
    ),
];
