//! The one door to YAML: every file is read with the same limits, and every error becomes a diagnostic.

use schemars::{JsonSchema, Schema, schema_for};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::{DuplicateKeyPolicy, Error, Location, MergeKeyPolicy, Options};

use super::diagnostic::{Diagnostic, Place, SourceFile};
use super::node::Node;
use super::scanner::{explained, of_odd_characters};
use super::shape;

/// A value with the place it was read from.
pub type Located<T> = serde_saphyr::Spanned<T>;

/// The place of a located value.
pub fn place_of<T>(located: &Located<T>) -> Option<Place> {
    place(located.referenced)
}

/// Reads one document into a type. Every mistake of its shape is returned, and else the first there is.
pub fn read<T: DeserializeOwned + JsonSchema>(file: &SourceFile) -> Result<T, Vec<Diagnostic>> {
    if file.text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        let message =
            if file.text.trim().is_empty() { "the file is empty" } else { "the file holds nothing but comments" };
        return Err(vec![file.mistake(None, message)]);
    }
    let read = serde_saphyr::from_str_with_options(&file.text, options(DuplicateKeyPolicy::Error));
    read.map_err(|error| all_mistakes(file, &schema_for!(T), &error))
}

/// Everything that is wrong with the shape of a file, in its order, and that at which reading it stopped where it is
/// something else.
fn all_mistakes(file: &SourceFile, schema: &Schema, stopped_at: &Error) -> Vec<Diagnostic> {
    let is_of_shape = matches!(
        stopped_at.without_snippet(),
        Error::SerdeUnknownField { .. }
            | Error::SerdeUnknownVariant { .. }
            | Error::SerdeMissingField { .. }
            | Error::DuplicateMappingKey { .. }
            | Error::NullIntoString { .. }
            | Error::Unexpected { .. }
            | Error::SerdeInvalidType { .. }
    );
    let root =
        serde_saphyr::from_str_with_options::<Located<Node>>(&file.text, options(DuplicateKeyPolicy::PassThrough));
    let (mut all, shown) = match root {
        Ok(root) => shape::mistakes(file, &root, schema),
        // Behind that place it is no YAML.
        Err(error) => {
            let mistake = diagnose(file, if is_of_shape { &error } else { stopped_at });
            return vec![of_odd_characters(mistake.without_keys_of_buyers())];
        }
    };
    let stopped_at = diagnose(file, stopped_at);
    let is_told = |mistake: &Diagnostic| is_of_shape || mistake.line() == stopped_at.line();
    if !all.iter().any(is_told) {
        all.push(stopped_at);
    }
    all.sort_by_key(|mistake| (mistake.line(), mistake.column()));
    let shown = SourceFile::new(file.path.clone(), shown);
    all.into_iter().map(|mistake| of_odd_characters(mistake.in_file(shown.clone()))).collect()
}

/// Writes a value as YAML, for the head of a snapshot.
pub fn to_text<T: Serialize>(value: &T) -> Result<String, String> {
    serde_saphyr::to_string(value).map_err(|error| error.to_string())
}

fn options(duplicate_keys: DuplicateKeyPolicy) -> Options {
    serde_saphyr::options! {
        duplicate_keys: duplicate_keys,
        merge_keys: MergeKeyPolicy::AsOrdinary,
        with_snippet: false,
        strict_booleans: true,
        budget: serde_saphyr::budget! {
            max_depth: 64,
            max_aliases: 100,
            max_anchors: 100,
            max_recorded_anchor_events: 10_000,
            max_documents: 1,
            // A pack may hold a million leads in its instance, each of some six keys and values.
            max_events: 20_000_000,
            max_nodes: 20_000_000,
        },
    }
}

fn diagnose(file: &SourceFile, error: &Error) -> Diagnostic {
    let place = error.location().and_then(|location| place(location).or_else(|| place_by_line(file, location)));
    match error.without_snippet() {
        Error::AliasError { error, .. } => diagnose(file, error),
        Error::MultipleDocuments { .. } | Error::Budget { breach: BudgetBreach::Documents { .. }, .. } => {
            file.mistake(place, "a second document begins here").help("one file is one document: remove the `---`")
        }
        Error::RecursiveReferencesRequireWeakTypes { .. } => {
            file.mistake(place, "an alias refers to what it stands in").help("write the value out")
        }
        Error::Budget { .. } | Error::AliasReplayLimitExceeded { .. } | Error::AliasExpansionLimitExceeded { .. } => {
            let reason = plain(error);
            file.mistake(place, format!("the file asks for more than any scenario needs: {reason}"))
                .help("write the values out instead of nesting or repeating them through aliases")
        }
        Error::InvalidScalar { ty, .. } => {
            let value = place.as_ref().and_then(|place| file.text.get(place.bytes.clone())).unwrap_or_default();
            let asked = if ty.starts_with(['i', 'u']) { "a whole number" } else { ty };
            file.mistake(place, format!("`{value}` is not {asked}"))
        }
        other => explained(file, place, plain(other)),
    }
}

/// The error's own words without its "at line 3, column 4", which the caret shows better.
fn plain(error: &Error) -> String {
    let message = error.to_string();
    let first = message.lines().next().unwrap_or_default();
    let words = first.split(" at line ").next().unwrap_or(first);
    words.trim_end_matches([':', ',', ' ']).to_owned()
}

/// The scanner's own errors come with a line and a column only. To YAML a CR alone ends a line, too.
fn place_by_line(file: &SourceFile, location: Location) -> Option<Place> {
    let (line, column) = (location.line(), location.column());
    let mut rest = &*file.text;
    for _ in 1..line {
        let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
        rest = rest[end..].strip_prefix("\r\n").or_else(|| rest.get(end + 1..)).unwrap_or_default();
    }
    let text = rest.split(['\n', '\r']).next().unwrap_or_default();
    let in_line = usize::try_from(column.checked_sub(1)?).ok()?;
    let in_line = text.char_indices().nth(in_line).map_or(text.trim_end().len(), |(at, _)| at);
    let start = file.text.len() - rest.len() + in_line;
    (line > 0).then_some(Place { line, column, bytes: start..start })
}

fn place(location: Location) -> Option<Place> {
    let span = location.span();
    let start = usize::try_from(span.byte_offset()?).ok()?;
    let length = usize::try_from(span.byte_len().unwrap_or(0)).ok()?;
    (location.line() > 0).then(|| Place {
        line: location.line(),
        column: location.column(),
        bytes: start..start + length,
    })
}

#[cfg(test)]
mod tests {
    use std::fmt::Debug;

    use super::{DeserializeOwned, Diagnostic, JsonSchema, Located, SourceFile, read};
    use proptest::prelude::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[serde(rename = "title")]
        _title: String,
        #[serde(rename = "lead_id")]
        #[schemars(with = "Option<String>")]
        lead_id: Option<Located<String>>,
    }

    fn mistakes<T: DeserializeOwned + JsonSchema + Debug>(text: &str) -> Vec<Diagnostic> {
        read::<T>(&SourceFile::new("a.yaml", text)).unwrap_err()
    }

    fn mistake(text: &str) -> String {
        mistakes::<Sample>(text).iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n")
    }

    #[test]
    fn a_value_that_looks_like_a_number_stays_text() {
        let sample: Sample = read(&SourceFile::new("a.yaml", "title: 1\nlead_id: 1E000003\n")).unwrap();
        assert_eq!(sample.lead_id.unwrap().value, "1E000003");
    }

    #[test]
    fn an_unknown_key_is_answered_with_a_suggestion() {
        insta::assert_snapshot!(mistake("title: x\nleadid: 1\n"), @"
        error: `leadid` is no known key here
         --> a.yaml:2:1
          |
        2 | leadid: 1
          | ^^^^^^
          |
          = help: did you mean `lead_id`? Known here: title, lead_id
        ");
    }

    #[test]
    fn a_key_given_twice_is_refused() {
        insta::assert_snapshot!(mistake("title: x\ntitle: y\n"), @"
        error: the key `title` stands here twice
         --> a.yaml:2:1
          |
        2 | title: y
          | ^^^^^
          |
          = help: keep one of the two
        ");
    }

    #[test]
    fn broken_yaml_shows_where_it_breaks() {
        insta::assert_snapshot!(mistake("title: [x\n"), @"
        error: this `[` is not closed
         --> a.yaml:1:8
          |
        1 | title: [x
          |        ^
          |
          = help: end the list with `]`
        ");
    }

    #[test]
    fn a_line_that_a_cr_alone_ends_does_not_move_the_caret() {
        let text = "# a\r# b\r# c\ntitle: x\nlead_id: [x\nx: y\n";
        let [mistake] = &*mistakes::<Sample>(text) else { panic!("one mistake") };
        assert_eq!((mistake.line(), mistake.column()), (Some(3), Some(10)), "{mistake}");
        assert!(mistake.to_string().contains("a.yaml:3:10"), "{mistake}");
    }

    #[test]
    fn a_missing_key_is_named() {
        insta::assert_snapshot!(mistake("lead_id: x\n"), @"
        error: the key `title` is missing
         --> a.yaml:1:1
          |
        1 | lead_id: x
          | ^^^^^^^
          |
          = help: add a line `title: …` here
        ");
    }

    #[test]
    fn a_key_without_a_value_is_named() {
        insta::assert_snapshot!(mistake("title:\n"), @r#"
        error: `title` has no value
         --> a.yaml:1:6
          |
        1 | title:
          |      ^
          |
          = help: give one, or write "" for an empty text
        "#);
    }

    #[test]
    fn what_the_scanner_refuses_is_told_in_plain_words_and_with_a_way_out() {
        for (text, line, message, help) in [
            ("title: x\n  lead_id: y\n", 2, "further in than the line before it", "begin in the same column"),
            ("title: x\n lead_id: y\n", 2, "further in than the line before it", "begin in the same column"),
            ("title: x\nlead_id: a: b\n", 2, "a second `: `", "in quotes"),
            ("title: x\n\tlead_id: y\n", 2, "a tab stands here", "indented by spaces"),
            ("title:\n\t- x\n", 2, "a tab stands here", "indented by spaces"),
            ("title: { a: b\nlead_id: y\n", 1, "this `{` is not closed", "write `{ name: value"),
            ("title: { a: [], b: x #1 }\nlead_id: y\n", 1, "this `{` is not closed", "is a comment"),
            ("lead_id: y\ntitle: { a: b\n", 2, "this `{` is not closed", "with `}`"),
            ("title: [a, b\nlead_id: y\n", 1, "this `[` is not closed", "write `[one"),
            ("lead_id: y\ntitle: [a, b\n", 2, "this `[` is not closed", "with `]`"),
            ("title: \"x\nlead_id: y\n", 1, "the quotation mark here is not closed", "end the text"),
            ("title: x\nlead_id: {}}\n", 2, "this bracket closes nothing", "remove it"),
            ("title: @x\n", 1, "unexpected character", "in quotes"),
            ("title: *x\n", 1, "cannot begin with `*`", "in quotes"),
            ("title: \"a\\m\"\n", 1, "cannot escape", "needs none"),
            ("title:\n  - a: b\n  c: d\n", 3, "neither an item of the list above", "begins with `- `"),
            ("title:x\nlead_id: y\n", 1, "no key with its value", "a colon and a space"),
            ("  title: x\nlead_id: y\n", 2, "further left than the first", "begin in the same column"),
            ("title: 'It's x'\n", 1, "the text goes on", "written twice"),
            ("title: - x\n", 1, "cannot begin with `- `", "in quotes"),
            ("lead_id: x\n\ttitle: x\n", 2, "a tab stands here", "indented by spaces"),
            ("title:{ a: b, c: d }\n", 1, "a second `: `", "behind the colon of a key stands a space"),
            ("title: & x\n", 1, "cannot begin with `&`", "in quotes"),
            ("title: { a: - b }\n", 1, "cannot begin with `- `", "in quotes"),
            ("title: > x\n", 1, "nothing else stands in the line", "in the next line"),
            ("title: \"x\" y\n", 1, "the text goes on", "inside '…'"),
            ("title: a\u{7}\n", 1, "nobody sees", "remove it"),
            ("title: { a ]\n", 1, "one of another kind", "`{` by `}`"),
            ("title: “x: y”\n", 1, "a second `: `", "U+201C"),
            ("title: x\nlead_id:y\n", 2, "no key with its value", "a colon and a space"),
        ] {
            let refused = mistakes::<std::collections::BTreeMap<String, serde_json::Value>>(text).remove(0);
            let told = refused.to_string();
            assert_eq!(refused.line(), Some(line), "{text:?}: {told}");
            assert!(refused.message().contains(message), "{text:?}: {told}");
            assert!(told.split_once("= help: ").is_some_and(|(_, told)| told.contains(help)), "{text:?}: {told}");
        }
    }

    #[test]
    fn recursion_and_bombs_are_refused() {
        assert!(mistake("title: &a [*a]\n").contains("a.yaml"));
        let deep = format!("title: {}", "[".repeat(100_000));
        assert!(mistake(&deep).contains("a.yaml"));
        let levels = (1..10).map(|level| {
            let inner = format!("*a{},", level - 1).repeat(10);
            format!("a{level}: &a{level} [{inner}]")
        });
        let bomb = std::iter::once("a0: &a0 [x, x, x, x, x]".to_owned()).chain(levels).collect::<Vec<_>>().join("\n");
        let refusal = mistakes::<serde_json::Value>(&bomb)[0].to_string();
        assert!(refusal.contains("asks for more than any scenario needs"), "{refusal}");
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,80}") {
            let _ = read::<Sample>(&SourceFile::new("a.yaml", text));
        }

        #[test]
        fn no_yaml_like_text_makes_the_reader_panic(text in "[-a-z:{}\\[\\]&*!|> \\n\"'#%@,?]{0,80}") {
            for diagnostic in read::<Sample>(&SourceFile::new("a.yaml", text)).err().unwrap_or_default() {
                let _ = diagnostic.to_string();
            }
        }
    }
}
