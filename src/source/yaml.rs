//! Reads YAML: every file with the same limits, and every error becomes a diagnostic.

use schemars::{JsonSchema, Schema};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::{DuplicateKeyPolicy, Error, Location};

use super::diagnostic::{Diagnostic, SourceFile};
use super::place::{Place, place};
use super::scanner::explained;
use super::schema::schema_of;
use super::shape;
use super::slips::are_possible;
use super::tree::{options, tree};

/// Reads what a person wrote into a type: one document. Every mistake of its shape is returned, and else the first there
/// is. What YAML accepts and nobody means is a mistake too.
pub fn read<T: DeserializeOwned + JsonSchema>(file: &SourceFile) -> Result<T, Vec<Diagnostic>> {
    let value = read_written_by_program(file)?;
    let mistakes = if are_possible(file.text.trim_start_matches('\u{feff}')) {
        all_mistakes(file, &schema_of::<T>(), None)
    } else {
        vec![]
    };
    if mistakes.is_empty() { Ok(value) } else { Err(mistakes) }
}

/// Reads what a program wrote into a type.
pub fn read_written_by_program<T: DeserializeOwned + JsonSchema>(file: &SourceFile) -> Result<T, Vec<Diagnostic>> {
    if file.text.contains('\r') && !file.text.contains('\n') {
        let mistake = file.mistake(None, "the lines of this file end in CR alone, so it reads as one line");
        return Err(vec![mistake.help("save it with Unix (LF) or Windows (CR LF) line ends")]);
    }
    if file.text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        let message = if file.text.trim().is_empty() { "the file is empty" } else { "the file has only comments" };
        return Err(vec![file.mistake(None, message)]);
    }
    file.is_read_by(schema_of::<T>);
    let read = serde_saphyr::from_str_with_options(&file.text, options(DuplicateKeyPolicy::Error));
    read.map_err(|error| all_mistakes(file, &schema_of::<T>(), Some(&error)))
}

/// Everything that is wrong with the shape of a file, in its order; and the place where reading it stopped, where that is
/// something else.
fn all_mistakes(file: &SourceFile, schema: &Schema, stopped_at: Option<&Error>) -> Vec<Diagnostic> {
    let root = match tree(&file.text) {
        Ok(root) => root,
        // Behind that place it is no YAML.
        Err(error) => return vec![diagnose(file, &error)],
    };
    let mut all = shape::mistakes(file, &root, schema, stopped_at.is_none());
    if let Some(error) = stopped_at {
        let mistake = diagnose(file, error);
        let is_other = matches!(error.without_snippet(), Error::InvalidScalar { .. });
        if all.is_empty() || is_other && all.iter().all(|other| other.start() != mistake.start()) {
            all.push(mistake);
        }
    }
    all
}

/// Writes a value as YAML, for the head of a snapshot.
pub fn to_text<T: Serialize>(value: &T) -> Result<String, String> {
    serde_saphyr::to_string(value).map_err(|error| error.to_string())
}

/// A text as YAML, on one line: as JSON writes it, with what YAML does not take as it is escaped as well.
pub fn quoted(text: &str) -> String {
    let json = serde_json::Value::from(text).to_string();
    let is_odd =
        |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}');
    json.chars().map(|c| if is_odd(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() }).collect()
}

fn diagnose(file: &SourceFile, error: &Error) -> Diagnostic {
    let place = error.location().and_then(|location| place(location).or_else(|| place_by_line(file, location)));
    let too_complex = |what: &str| {
        file.mistake(place.clone(), format!("the file is too complex: {what}"))
            .help("write the values out instead of nesting or repeating them through aliases")
    };
    match error.without_snippet() {
        Error::AliasError { error, .. } => diagnose(file, error),
        Error::MultipleDocuments { .. } | Error::Budget { breach: BudgetBreach::Documents { .. }, .. } => file
            .mistake(place, "a second document begins here")
            .help("one file is one document: move what follows to another file, or remove the `---` or the `...`"),
        Error::RecursiveReferencesRequireWeakTypes { .. } => {
            file.mistake(place, "an alias refers to a value that contains it").help("write the value out")
        }
        Error::Budget { breach, .. } => too_complex(match breach {
            BudgetBreach::Depth { .. } => "it nests deeper than 64 levels",
            BudgetBreach::Aliases { .. } => "it holds more than 100 aliases",
            BudgetBreach::Anchors { .. } => "it holds more than 100 anchors",
            _ => "it is too large",
        }),
        Error::AliasReplayLimitExceeded { .. } | Error::AliasExpansionLimitExceeded { .. } => {
            too_complex(&plain(error))
        }
        Error::InvalidScalar { ty, .. } => {
            let value = place.as_ref().and_then(|place| file.text.get(place.clone())).unwrap_or_default();
            let asked = match *ty {
                "u16" => "a whole number from 0 to 65535",
                ty if ty.starts_with('u') => "a whole number, 0 or more",
                ty if ty.starts_with('i') => "a whole number",
                ty => ty,
            };
            file.mistake(place, format!("`{}` is not {asked}", value.lines().next().unwrap_or_default()))
        }
        // The tree takes any value, so these are about keys.
        Error::NullIntoString { .. } | Error::Unexpected { expected: "string scalar", .. } => {
            file.mistake(place, "a key has to be a text").help("write a name before the colon, or put it in quotes")
        }
        Error::Message { .. } => file.mistake(place, plain(error)),
        _ => explained(file, place, &plain(error)),
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
    let mut rest = &*file.text;
    for _ in 1..location.line() {
        let end = rest.find(['\n', '\r']).unwrap_or(rest.len());
        rest = rest[end..].strip_prefix("\r\n").or_else(|| rest.get(end + 1..)).unwrap_or_default();
    }
    let text = rest.split(['\n', '\r']).next().unwrap_or_default();
    let in_line = usize::try_from(location.column().checked_sub(1)?).ok()?;
    let in_line = text.char_indices().nth(in_line).map_or(text.trim_end().len(), |(at, _)| at);
    let start = file.text.len() - rest.len() + in_line;
    (location.line() > 0).then_some(start..start)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fmt::Debug;

    use super::{DeserializeOwned, Diagnostic, JsonSchema, SourceFile, read};
    use crate::source::Located;
    use proptest::prelude::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize, JsonSchema)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[serde(rename = "title")]
        _title: String,
        #[serde(rename = "lead_id")]
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
        error: unknown key `leadid`
         --> a.yaml:2:1
          |
        2 | leadid: 1
          | ^^^^^^
          |
          = help: did you mean `lead_id`? The keys here are title, lead_id
        ");
    }

    #[test]
    fn a_key_given_twice_is_refused() {
        insta::assert_snapshot!(mistake("title: x\ntitle: y\n"), @"
        error: duplicate key `title`
         --> a.yaml:2:1
          |
        2 | title: y
          | ^^^^^
          |
          = help: keep one of the two
        ");
    }

    #[test]
    fn a_key_that_is_not_text_is_reported_as_such() {
        for key in ["~", "? [a]\n", "? {b: c}\n"] {
            let told = mistake(&format!("title: x\n{key}: y\n"));
            assert!(told.starts_with("error: a key has to be a text\n--> a.yaml:2:"), "{told}");
        }
    }

    #[test]
    fn broken_yaml_shows_where_it_breaks() {
        insta::assert_snapshot!(mistake("title: [x\n"), @"
        error: not valid YAML: unclosed bracket '['
        --> a.yaml:1:8
         = help: close `{` by `}` and `[` by `]`, with a comma between two values; put a text that holds one of these in quotes
        ");
    }

    #[test]
    fn a_line_that_a_cr_alone_ends_does_not_move_the_caret() {
        let text = "# a\r# b\r# c\ntitle: x\nlead_id: [x\nx: y\n";
        let [mistake] = &*mistakes::<Sample>(text) else { panic!("one mistake") };
        assert_eq!(mistake.line_and_column(), Some((4, 2)), "{mistake}");
        assert!(mistake.to_string().contains("a.yaml:4:2"), "{mistake}");
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
          = help: add `title: …`
        ");
    }

    #[test]
    fn a_key_without_a_value_is_named() {
        insta::assert_snapshot!(mistake("title:\n"), @"
        error: `title` has no value
         --> a.yaml:1:6
          |
        1 | title:
          |      ^
          |
          = help: give a text
        ");
    }

    #[test]
    fn what_the_scanner_refuses_is_shown_with_its_line_and_a_way_out() {
        for (text, line, help) in [
            ("title: x\n  lead_id: y\n", 2, "in the same column"),
            ("title: x\nlead_id: a: b\n", 2, "in the same column"),
            ("title: x\n\tlead_id: y\n", 2, "with spaces"),
            ("title: { a: b\nlead_id: y\n", 2, "`{` by `}`"),
            ("title: [a, b\nlead_id: y\n", 2, "`[` by `]`"),
            ("title: \"x\nlead_id: y\n", 1, "in quotes"),
            ("title: x\nlead_id: {}}\n", 2, "`{` by `}`"),
            ("title: @x\n", 1, "in quotes"),
            ("title: \"a\\m\"\n", 1, "in quotes"),
            ("title:\n  - a: b\n  c: d\n", 3, "in the same column"),
            ("title: 'It's x'\n", 1, "in quotes"),
            ("title: x\n...\nlead_id: y\n", 3, "or the `...`"),
        ] {
            let refused = mistakes::<BTreeMap<String, serde_json::Value>>(text).remove(0);
            let told = refused.to_string();
            assert_eq!(refused.line_and_column().map(|(line, _)| line), Some(line), "{text:?}: {told}");
            assert!(told.split_once("= help: ").is_some_and(|(_, told)| told.contains(help)), "{text:?}: {told}");
        }
    }

    #[test]
    fn what_yaml_takes_without_a_word_and_nobody_means_is_told() {
        for (text, column, message) in [
            ("title: Unit #5\n", 13, "is a comment"),
            ("title: x\nlead_id:\n", 8, "`lead_id` has no value"),
            ("title: x\nlead_id: null\n", 10, "`lead_id` has no value"),
            ("{ title: x, lead_id: }\n", 20, "`lead_id` has no value"),
            ("title: x\nlead_id: #5\n", 8, "`lead_id` has no value"),
        ] {
            let told = mistakes::<Sample>(text);
            assert_eq!(told[0].line_and_column().map(|(_, column)| column), Some(column), "{text:?}: {}", told[0]);
            assert!(told[0].message().contains(message), "{text:?}: {}", told[0]);
        }
    }

    #[test]
    fn a_comment_a_used_anchor_and_what_stands_in_quotes_are_meant() {
        for text in [
            "title: x # a comment\nlead_id: y ## another\n",
            "#a comment\ntitle: \"x #5\"\nlead_id: '“x”' #z\n",
            "title: &x y\nlead_id: *x\n",
            "title: x“y”z\nlead_id: a#b\n",
            "title: |\n  x #5\n  y:\nlead_id: >\n  “x”\n",
            "title: \"\"\nlead_id: \"null\"\n",
            "title: \"…\\r\\n\"\nlead_id: '${x}'\n",
            "title: 3\" x 5\"\nlead_id: a<b>c\n",
            "title: <b>\nlead_id: <html>busy</html>\n",
            "title: <a> and <b>\nlead_id: ${x} is replaced by {y}\n",
            "title: x #! not a word\nlead_id: y #- nor this\n",
            "title: !!str 1234\nlead_id: the leads’\n",
            "title: “Funded” is matched exactly\nlead_id: says “no”\n",
            "title: a split at \\n\nlead_id: 'lines end in \\r\\n'\n",
            "\u{feff}title: x\r\nlead_id: y\r\n",
            "title: 'scans\\new'\nlead_id: C:\\run\\new\n",
        ] {
            let told = read::<Sample>(&SourceFile::new("a.yaml", text)).map_err(|told| told[0].to_string());
            assert_eq!(told.err(), None, "{text:?}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for text in ["<see the ticket>", "“tracked”", "25\"", "<a>\\n", "…", "${X}", "a: b", "x #5", "&x y", "plain"]
        {
            let written = super::to_text(&BTreeMap::from([("title", text)])).unwrap();
            let read: BTreeMap<String, String> =
                read(&SourceFile::new("a.yaml", &*written)).unwrap_or_else(|told| panic!("{}", told[0]));
            assert_eq!(read["title"], text);
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
        assert!(refusal.contains("is too complex"), "{refusal}");
    }

    proptest! {
        #[test]
        fn no_text_makes_the_reader_panic(text in "\\PC{0,80}") {
            let _ = read::<Sample>(&SourceFile::new("a.yaml", text));
        }

        #[test]
        fn no_yaml_like_text_makes_the_reader_panic(text in "[-a-z1:{}\\[\\]&*!|>< \\n\\t\\r\"'`#%@,;?$…“•–é\u{a0}\u{feff}]{0,80}") {
            for diagnostic in read::<Sample>(&SourceFile::new("a.yaml", text)).err().unwrap_or_default() {
                let _ = diagnostic.to_string();
            }
        }
    }
}
