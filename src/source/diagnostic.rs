//! A mistake in a file, shown as file, line, caret, the value, and what to do next.

use std::fmt;
use std::ops::Range;
use std::sync::{Arc, OnceLock};

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use schemars::Schema;

use super::place::Place;
use super::shown::{hidden, masked};

/// A file a person wrote: its path as shown to them, and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// The path, relative to what the person named.
    pub path: String,
    /// The whole text.
    pub text: Arc<str>,
    shown: Shown,
}

/// What of a file may be shown: all that is not hidden, and nothing where that is not known. It is found out when it is first asked
/// for.
#[derive(Debug, Clone, Default)]
struct Shown {
    schema: Arc<OnceLock<fn() -> Schema>>,
    hidden: Arc<OnceLock<Option<Vec<Range<usize>>>>>,
}

impl PartialEq for Shown {
    fn eq(&self, _: &Self) -> bool {
        // It follows from the text.
        true
    }
}

impl Eq for Shown {}

impl SourceFile {
    /// A file with its text.
    pub fn new(path: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        Self { path: path.into(), text: text.into(), shown: Shown::default() }
    }

    /// Says by which schema it is read.
    pub(super) fn is_read_by(&self, schema: fn() -> Schema) {
        // One file is read into one type.
        let _ = self.shown.schema.set(schema);
    }

    /// A part of the text that begins at this byte, fit to be shown; nothing where that cannot be told.
    fn shown(&self, part: Range<usize>) -> Option<String> {
        let schema = self.shown.schema.get()?;
        let hidden = self.shown.hidden.get_or_init(|| hidden(&self.text, &schema())).as_ref()?;
        Some(masked(&self.text[part.clone()], part.start, hidden))
    }

    /// The whole text, fit to be shown; nothing where that cannot be told.
    pub fn masked(&self) -> Option<String> {
        self.shown(0..self.text.len())
    }

    /// A mistake in this file; without a place it is one of the file as a whole.
    pub fn mistake(&self, place: Option<Place>, message: impl Into<String>) -> Diagnostic {
        Diagnostic { file: self.clone(), place, message: message.into(), help: None }
    }
}

/// A mistake in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    file: SourceFile,
    place: Option<Place>,
    message: String,
    help: Option<String>,
}

impl Diagnostic {
    /// The same with a line that says what to do next.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The same with help where there is any.
    #[must_use]
    pub fn maybe_help(mut self, help: Option<String>) -> Self {
        self.help = help.or(self.help);
        self
    }

    /// The file's path as shown.
    pub fn path(&self) -> &str {
        &self.file.path
    }

    /// The first byte of its place, where one is known.
    pub fn start(&self) -> Option<usize> {
        self.place.as_ref().map(|place| place.start)
    }

    /// The line and the column in characters, from 1 each, where they are known.
    pub fn line_and_column(&self) -> Option<(usize, usize)> {
        let before = self.file.text.get(..self.start()?)?;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Some((before.matches('\n').count() + 1, column))
    }

    /// What is wrong, without the place.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The first line of the place as it may be shown, and what of it the caret is at.
    fn line_shown(&self) -> Option<(String, Range<usize>)> {
        let text = &self.file.text;
        let place = self.place.as_ref()?;
        let start = text.get(..place.start)?.rfind('\n').map_or(0, |end| end + 1);
        let length = text[start..].lines().next().unwrap_or_default().len();
        // A value over several lines is shown by its first.
        let end = place.end.min(start + length).max(place.start);
        let line = self.file.shown(start..start + length)?;
        text.is_char_boundary(end).then_some((line, place.start - start..end - start))
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = &self.file.path;
        let at = self.line_and_column();
        let mut group = Group::with_title(Level::ERROR.primary_title(&self.message));
        group = match (self.line_shown(), at) {
            (Some((line, span)), Some((number, _))) => {
                let snippet = Snippet::source(line).line_start(number).path(path);
                group.element(snippet.annotation(AnnotationKind::Primary.span(span)))
            }
            (_, Some((line, column))) => group.element(Origin::path(path).line(line).char_column(column)),
            (_, None) => group.element(Origin::path(path)),
        };
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help));
        }
        f.write_str(&Renderer::plain().render(&[group]))
    }
}

#[cfg(test)]
mod tests {
    use super::SourceFile;
    use crate::source::schema_of;

    #[test]
    fn a_mistake_shows_file_line_caret_and_help_where_the_file_may_be_shown() {
        let file = SourceFile::new("scenarios/a/b.yaml", "title: x\nupdate:\n  status: funded\n");
        let mistake = || file.mistake(Some(27..33), "status \"funded\" is not configured");
        insta::assert_snapshot!(mistake(), @r#"
        error: status "funded" is not configured
        --> scenarios/a/b.yaml:3:11
        "#);
        file.is_read_by(schema_of::<serde_json::Value>);
        insta::assert_snapshot!(mistake().help("did you mean \"Funded\"?"), @r#"
        error: status "funded" is not configured
         --> scenarios/a/b.yaml:3:11
          |
        3 |   status: funded
          |           ^^^^^^
          |
          = help: did you mean "Funded"?
        "#);
    }

    #[test]
    fn a_mistake_of_a_whole_file_names_the_file() {
        let shown = SourceFile::new("scenarios/instance.yaml", "").mistake(None, "the file is empty");
        insta::assert_snapshot!(shown, @"
        error: the file is empty
        --> scenarios/instance.yaml
        ");
    }
}
