//! A mistake in a file, shown as file, line, caret, the value, and what to do next.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::shown::shown;
use crate::secret::mask_yaml_keys;

/// A file a person wrote: its path as shown to them, and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// The path, relative to what the person named.
    pub path: String,
    /// The whole text.
    pub text: Arc<str>,
}

impl SourceFile {
    /// A file with its text.
    pub fn new(path: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        Self { path: path.into(), text: text.into() }
    }

    /// A mistake in this file; without a place it is one of the file as a whole.
    pub fn mistake(&self, place: Option<Place>, message: impl Into<String>) -> Diagnostic {
        let place = place.map(|place| self.as_shown(place));
        Diagnostic { file: self.clone(), place, message: message.into(), help: None }
    }

    /// The place with the line and the column that are shown of it: YAML counts lines that CR alone ends, too.
    fn as_shown(&self, place: Place) -> Place {
        let Some(before) = self.text.get(..place.bytes.start) else { return place };
        let line = before.matches('\n').count() as u64 + 1;
        let column = before[line_start(before, before.len())..].chars().count() as u64 + 1;
        Place { line, column, ..place }
    }
}

/// Where a value stands in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The line, from 1.
    pub line: u64,
    /// The column in characters, from 1.
    pub column: u64,
    /// The value's bytes.
    pub bytes: Range<usize>,
}

/// Where the line begins in which a place is.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1)
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

    /// The same with this behind whatever else there is to do.
    pub(super) fn also_help(mut self, then: &str) -> Self {
        self.help = Some(self.help.map_or_else(|| then.to_owned(), |help| format!("{help}; {then}")));
        self
    }

    /// The line that is shown first.
    pub(super) fn shown_line(&self) -> Option<&str> {
        let start = self.place.as_ref()?.bytes.start;
        let line_start = line_start(&self.file.text, start);
        // A byte order mark at the very beginning is none of the person's doing.
        Some(self.file.text.get(line_start..)?.lines().next()?.trim_start_matches('\u{feff}'))
    }

    /// The file's path as shown.
    pub fn path(&self) -> &str {
        &self.file.path
    }

    /// The line, from 1, where one is known.
    pub fn line(&self) -> Option<u64> {
        self.place.as_ref().map(|place| place.line)
    }

    /// The column in characters, from 1, where one is known.
    pub fn column(&self) -> Option<u64> {
        self.place.as_ref().map(|place| place.column)
    }

    /// What is wrong, without the place.
    pub fn message(&self) -> &str {
        &self.message
    }

    fn span(&self) -> Option<Range<usize>> {
        let text = &self.file.text;
        let bytes = self.place.as_ref()?.bytes.clone();
        // A value over several lines is shown by its first; the caret needs at least one column.
        let line_end = text.get(bytes.start..)?.find('\n').map_or(text.len(), |at| bytes.start + at);
        let end = bytes.end.min(line_end).max(bytes.start);
        text.is_char_boundary(end).then_some(bytes.start..end)
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut group = Group::with_title(Level::ERROR.primary_title(&self.message));
        match self.span() {
            Some(span) => {
                let text = &self.file.text;
                let start = line_start(text, span.start);
                let line = text[start..].lines().next().unwrap_or_default();
                let line_number = self.line().and_then(|line| usize::try_from(line).ok()).unwrap_or(1);
                let snippet = Snippet::source(shown(text, start, line)).line_start(line_number).path(&self.file.path);
                let span = span.start - start..span.end - start;
                group = group.element(snippet.annotation(AnnotationKind::Primary.span(span)));
            }
            None => group = group.element(Origin::path(&self.file.path)),
        }
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(help));
        }
        // The line shown may be that of an API key.
        f.write_str(&mask_yaml_keys(&Renderer::plain().render(&[group])))
    }
}

#[cfg(test)]
mod tests {
    use super::{Place, SourceFile};

    #[test]
    fn a_mistake_shows_file_line_caret_and_help() {
        let file = SourceFile::new("scenarios/a/b.yaml", "title: x\nupdate:\n  status: funded\n");
        let place = Place { line: 3, column: 11, bytes: 27..33 };
        let shown = file.mistake(Some(place), "status \"funded\" is not configured").help("did you mean \"Funded\"?");
        insta::assert_snapshot!(shown, @r#"
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
