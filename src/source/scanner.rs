//! What the YAML scanner says, in words for a person who has never read the YAML specification.

use super::diagnostic::{Diagnostic, Place, SourceFile};
use super::looks::{
    KEY_AND_VALUE, NO_KEY, after_the_first_line, braces_missing, colon_without_a_space, comma_at_the_end,
    comma_missing, comment_in_a_text, first_tab, in_no_column, item_within_brackets, left_by_another_tool,
    line_numbers, line_without_a_key, no_dash, no_dash_before, odd_indent, quote_over_lines, second_colon,
    tab_in_the_indent, text_not_indented, unclosed,
};

/// What the scanner says (a part of it), what that means, and what to do.
const WORDS: [(&str, &str, &str); 28] = [
    (
        "did not find expected '-' indicator",
        "this line is neither an item of the list above nor a part of its last item",
        "each item begins with a dash and a space in the same column; its further keys stand below its first key, two columns further in",
    ),
    ("simple key expected", NO_KEY, KEY_AND_VALUE),
    ("unclosed bracket '{'", "this `{` is not closed", "end the map with `}`"),
    ("unclosed bracket '['", "this `[` is not closed", "end the list with `]`"),
    (
        "unclosed quote",
        "the quotation mark here is not closed",
        "end the text with the mark it begins with; inside '…', a ' is written twice",
    ),
    (
        "recursion limit exceeded",
        "the file asks for more than any scenario needs: it is nested too deep",
        "write the values out instead of nesting them",
    ),
    ("anchor or alias", "a text cannot begin with `&` or `*` like this", "put the text in quotes"),
    (
        "implicit flow mapping",
        "what stands between the brackets here cannot be read",
        "between two commas stands a value; a text that begins with `? ` has to stand in quotes",
    ),
    (
        "only valid inside a block",
        "a text within brackets cannot begin with `- `, and a bracket before this may not be closed",
        "put the text in quotes; behind ` #` everything is a comment",
    ),
    (
        "while scanning a block scalar",
        "behind `>` or `|` nothing else stands in the line",
        "begin the text in the next line, two columns further in, or put it in quotes",
    ),
    (
        "invalid trailing content after",
        "behind the closing quotation mark the text goes on",
        "put the whole text in quotes; inside '…' a ' is written twice, inside \"…\" a \" is written \\\"",
    ),
    ("mismatched bracket", "this bracket is closed by one of another kind", "close `{` by `}`, and `[` by `]`"),
    ("block sequence entries are not allowed", "a text cannot begin with `- ` here", "put the text in quotes"),
    ("mapping keys are not allowed", "a text cannot begin with `? ` here", "put the text in quotes"),
    ("while parsing a block mapping", "a text cannot begin like this", "put the text in quotes"),
    ("BOM must not appear", "an invisible byte order mark stands here", "remove it, or type the line anew"),
    ("may not precede any of", "behind this colon stands no space", "write a space behind it"),
    ("null into string", "before a colon stands no key", "write the key, or put a text that holds a colon in quotes"),
    (
        "expected string scalar",
        "what begins here is neither a key nor a text",
        "put a text that begins with a bracket or a `?` in quotes",
    ),
    ("non-finite float", "this is no number that can be used", "put a text in quotes"),
    ("did not find expected ','", "a `,` is missing before this", "between two commas stands one value"),
    ("illegal placement of ':'", "a bracket before this is not closed", "close it by `}` or `]`"),
    ("misplaced bracket", "this bracket closes nothing", "remove it, or open one before it"),
    (
        "alias references unknown anchor",
        "a text cannot begin with `*` like this",
        "put the text in quotes; an alias needs its anchor, `&…`, before it",
    ),
    ("unexpected character", "a text cannot begin with this character", "put the text in quotes"),
    ("comments must be separated", "a `#` begins a comment here", "put the text in quotes, or leave the `#` out"),
    (
        "did not find expected hexadecimal number",
        "in this text a `\\` stands before a character that it cannot escape",
        "write `\\\\` for a backslash, or put the text in '…', where it needs none",
    ),
    (
        "unknown escape character",
        "in this text a `\\` stands before a character that it cannot escape",
        "write `\\\\` for a backslash, or put the text in '…', where it needs none",
    ),
];

/// What the scanner says (a part of it), and who looks at the text around to tell what that means there. The first who can
/// tell does.
const LOOKS: [(&str, Look); 27] = [
    ("", left_by_another_tool),
    ("", line_numbers),
    ("", tab_in_the_indent),
    ("", odd_indent),
    ("", no_dash),
    ("invalid trailing content after", comma_at_the_end),
    ("invalid trailing content after", quote_over_lines),
    ("invalid trailing content after", comma_missing),
    ("simple key expected", text_not_indented),
    ("mapping values are not allowed", text_not_indented),
    ("mapping values are not allowed", no_dash_before),
    ("found a tab", first_tab),
    ("tabs disallowed", first_tab),
    ("mapping values are not allowed", line_without_a_key),
    ("mapping values are not allowed", colon_without_a_space),
    ("mapping values are not allowed", second_colon),
    ("did not find expected <document start>", after_the_first_line),
    ("did not find expected key", comma_at_the_end),
    ("did not find expected key", comment_in_a_text),
    ("did not find expected key", text_not_indented),
    ("did not find expected key", in_no_column),
    ("only valid inside a block", item_within_brackets),
    ("expected ',' or '}'", braces_missing),
    ("expected ',' or '}'", unclosed),
    ("expected ',' or ']'", unclosed),
    ("illegal placement of ':'", braces_missing),
    ("illegal placement of ':'", unclosed),
];

type Look = fn(&SourceFile, &Place) -> Option<Diagnostic>;

/// The mistake that a message of the scanner tells of.
pub(super) fn explained(file: &SourceFile, place: Option<Place>, message: String) -> Diagnostic {
    let looks = LOOKS.iter().filter(|(said, _)| message.contains(said)).map(|(_, look)| look);
    if let Some(told) = place.as_ref().and_then(|place| looks.into_iter().find_map(|look| look(file, place))) {
        return told;
    }
    if message.contains("unexpected character") && message.contains("\\u{") {
        let help = "remove it; a file that is full of them is to be saved as UTF-8";
        return file.mistake(place, "a control character stands here that nobody sees").help(help);
    }
    match WORDS.iter().find(|(said, ..)| message.contains(said)) {
        Some((_, meaning, help)) => file.mistake(place, *meaning).help(*help),
        None => file.mistake(place, message),
    }
}
