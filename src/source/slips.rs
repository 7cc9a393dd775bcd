//! What YAML takes without a word, and nobody means: a text cut off at ` #`, a key with nothing behind it, marks that only
//! look like quotation marks, what stands for a value, a word that is taken out of a text.

use super::diagnostic::{Diagnostic, Place, SourceFile};

/// Characters that look like others, and what they are.
const ODD: [(char, &str); 9] = [
    ('\u{a0}', "a space that does not count as one"),
    ('\u{200b}', "a space that nobody sees"),
    ('\u{200d}', "a character that nobody sees"),
    ('\u{feff}', "a character that nobody sees"),
    ('“', "no quotation mark to YAML: \" is"),
    ('”', "no quotation mark to YAML: \" is"),
    ('‘', "no quotation mark to YAML: ' is"),
    ('’', "no quotation mark to YAML: ' is"),
    ('：', "no colon to YAML: : is"),
];

/// Those of them that are quotation marks elsewhere.
const QUOTES: [char; 4] = ['“', '”', '‘', '’'];

/// What stands in a line where YAML takes something out of a text, or finds no value.
const TRACES: [&str; 14] =
    [": #", ":,", ": ,", ":}", ": }", ": ~", ": null", ": &", ": !", "- !", ": <", "${", "\\n", "\\r"];

/// What stands for a value in examples.
const PLACEHOLDER: char = '…';

/// Whether a text may hold any of it. Most files do not, and need no second look.
pub(super) fn are_possible(text: &str) -> bool {
    let is_empty_above = |above: &str, below: &str| {
        // A key may begin behind the dash of its item.
        let column = |line: &str| line.len() - line.trim_start_matches([' ', '-']).len();
        let dash = below.len() - below.trim_start().len();
        let is_item_below = below.trim_start().starts_with("- ") && dash >= column(above);
        let is_markup = below.trim_start().starts_with('<');
        above.trim_end().ends_with(':')
            && (is_markup || (column(below) <= column(above) || dash < column(above)) && !is_item_below)
    };
    let is_content = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let mut lines = text.lines().filter(is_content).peekable();
    while let Some(line) = lines.next() {
        let is_traced = TRACES.iter().any(|trace| line.contains(trace));
        let is_cut = line.match_indices(" #").any(|(at, _)| line[at + 2..].starts_with(char::is_alphanumeric));
        let is_half_quoted = line.matches('"').count() % 2 == 1;
        if is_traced || is_cut || is_half_quoted || is_empty_above(line, lines.peek().unwrap_or(&"")) {
            return true;
        }
    }
    text.contains(ODD.map(|(odd, _)| odd)) || text.contains(PLACEHOLDER)
}

/// What is wrong with a value that is one word or text, and is not in quotes. The value itself is not repeated: it may be
/// a key.
pub(super) fn of_scalar(file: &SourceFile, place: &Place, is_text: bool) -> Option<Diagnostic> {
    let value = file.text.get(place.bytes.clone())?;
    let is_escaped = value.contains("\\r\\n") || value.trim_end_matches('\'').ends_with("\\n");
    if is_escaped && value.contains('<') && !value.starts_with('"') && !value.contains('\n') {
        let message = "what stands behind a `\\` here is letters: only within \"…\" is `\\n` a line end";
        let help = "put the text in \"…\"; where letters are meant, too, with `\\\\n`";
        return Some(file.mistake(Some(place.clone()), message).help(help));
    }
    if value.contains('\n') && value.trim_start_matches(['"', '\'']).starts_with('<') {
        let message = "the line ends within this text become spaces";
        let help = "begin it with `|` behind its key, and the text in the next line; or write `\\n` within \"…\"";
        return Some(file.mistake(Some(place.clone()), message).help(help));
    }
    if value.starts_with(['"', '\'', '|', '>']) || value.contains('\n') {
        return None;
    }
    if is_placeholder(value) {
        let mistake = file.mistake(Some(place.clone()), "this stands for a value of yours");
        return Some(mistake.help("write the value; where it is meant, put it in quotes"));
    }
    if value.ends_with('"') && value.matches('"').count() == 1 {
        let mistake = file.mistake(Some(place.clone()), "this text ends with a quotation mark that nothing opens");
        return Some(mistake.help("remove it, or open it; where it is meant, put the whole text in '…'"));
    }
    let ends = [value.chars().next(), value.chars().next_back()];
    let quotes = value.chars().filter(|c| QUOTES.contains(c)).count();
    let is_in_quotes = ends.iter().flatten().all(|c| QUOTES.contains(c)) && quotes == 2;
    let is_half_quoted = value.starts_with(QUOTES) && quotes == 1;
    let is_odd = |odd: char| ends.contains(&Some(odd)) && (!QUOTES.contains(&odd) || is_in_quotes || is_half_quoted);
    if let Some((odd, what)) = ODD.iter().find(|(odd, _)| is_odd(*odd)) {
        let message = format!("this text begins or ends with U+{:04X}, which is {what}", u32::from(*odd));
        let help = "type it anew; where it is meant, put the whole text in quotes";
        return Some(file.mistake(Some(place.clone()), message).help(help));
    }
    let behind = file.text.get(place.bytes.end..)?.lines().next().unwrap_or_default();
    let comment = behind.trim_start().strip_prefix('#').filter(|_| behind.starts_with([' ', '\t']));
    if is_text && comment.is_some_and(|comment| comment.starts_with(char::is_alphanumeric)) {
        let start = place.bytes.end + behind.find('#')?;
        let at = Place { bytes: start..start + 1, ..place.clone() };
        let message = "behind ` #` everything is a comment, and this may belong to the text before it";
        return Some(file.mistake(Some(at), message).help("put the whole text in quotes; begin a comment with `# `"));
    }
    let before = file.text.get(..place.bytes.start)?.trim_end_matches(' ');
    let word = before.rsplit([' ', '\n', '[', '{', ',']).next()?;
    let is_used = |anchor: &str| file.text.contains(&format!("*{anchor}"));
    if (word.starts_with('!') && !word.starts_with("!!"))
        || word.strip_prefix('&').is_some_and(|anchor| !is_used(anchor))
    {
        let at = Place { bytes: before.len() - word.len()..before.len(), ..place.clone() };
        let message = "to YAML this word is no part of the text";
        let help = "a text that begins with `&` or `!` has to stand in quotes";
        return Some(file.mistake(Some(at), message).help(help));
    }
    None
}

/// Whether a text stands for a value, as in examples: `<lead id>`, `${LEAD_ID}`, `…`. A tag like `<b>` does not.
fn is_placeholder(value: &str) -> bool {
    let is_word = |inner: &str| inner.len() > 2 && inner.chars().all(|c| c.is_alphanumeric() || " _-".contains(c));
    let named = value.strip_prefix('<').and_then(|inner| inner.strip_suffix('>')).is_some_and(is_word);
    let of_shell = value.strip_prefix("${").and_then(|inner| inner.strip_suffix('}')).is_some_and(is_word);
    named || of_shell || value.chars().eq([PLACEHOLDER])
}

/// What was probably forgotten where a key has no value: that which stands behind it decides.
pub(super) fn of_no_value(behind: &str) -> Option<&'static str> {
    let behind = behind.trim_start();
    if behind.starts_with([',', '}']) {
        Some("a text that holds a comma has to stand in quotes")
    } else if behind.starts_with(": #") {
        Some("behind ` #` everything is a comment: a text that begins with it has to stand in quotes")
    } else if behind.trim_start_matches([':', ' ']).starts_with(['&', '!']) {
        Some("a text that begins with `&` or `!` has to stand in quotes")
    } else {
        None
    }
}

/// The same mistake, with what stands in its line that looks like something else.
pub(super) fn of_odd_characters(mistake: Diagnostic) -> Diagnostic {
    let odd = mistake.shown_line().and_then(|line| ODD.iter().find(|(odd, _)| line.contains(*odd)));
    match odd {
        Some((odd, what)) => {
            let code = format!("U+{:04X}", u32::from(*odd));
            if mistake.message().contains(&code) {
                return mistake;
            }
            mistake.also_help(&format!("in this line stands {code}, which is {what}"))
        }
        None => mistake,
    }
}
