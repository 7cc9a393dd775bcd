//! URLs that a program puts together: what stands in the code is only a part of what is sent.

use super::found::mark;
use crate::support::code::{closed, expression_end, string_end};
use crate::support::json::{self, unescaped};
use crate::support::phrases::Says;
use crate::support::ticket::{Mark, MarkKind};
use crate::support::traced::{Traced, View};

/// Longer than this no code makes a URL.
const LONGEST: usize = 16 << 10;

/// The URL without what only shows that it goes on and without a variable that it begins with, which comes second; with marks for
/// what a program puts in. `behind` is the text after it, and after its closing quote; `before` ends with the opening one; `joined` is
/// what code adds to it.
pub(super) fn of_code(
    url: Traced,
    (before, behind): (&str, &str),
    joined: Option<Traced>,
    marks: &mut Vec<Mark>,
) -> (Traced, Option<Traced>) {
    if url.text().len() != url.len() {
        return (url, None);
    }
    // In Ruby `#{key}` in double quotes is a variable, and does not begin a fragment. Read as `${key}`, it stays in the query.
    let is_ruby = before.ends_with('"') && url.bytes().windows(2).any(|two| two == b"#{");
    let url = if is_ruby { with_dollars(&url) } else { url };
    let text = url.text().into_owned();
    // Python and C# mark a text whose braces hold values.
    let is_filled_in = ["f\"", "f'", "F\"", "$\"", "$@\""].iter().any(|mark| before.ends_with(mark))
        || behind.starts_with(".format(")
        || ["getForObject(", "getForEntity("].iter().any(|call| behind.contains(call));
    let found = variables(&text, is_filled_in);
    // Of `{HOST}/api/…` the path is what is known, of `{BASE}?…` the query.
    let is_base = |part: &&std::ops::Range<usize>| part.start == 0 && text[part.end..].starts_with(['/', '?']);
    let len = found.first().filter(is_base).map_or(0, |part| part.end);
    let base = (len > 0).then(|| url.slice(0..len));
    let found = &found[usize::from(len > 0)..];
    let names = if joined.is_none() { arguments(behind, &text, found) } else { Vec::new() };
    let (mut whole, mut at) = (Traced::default(), len);
    for (number, part) in found.iter().enumerate() {
        let place = url.place(part.clone());
        whole.append(&url.slice(at..part.start));
        if let Some(name) = names.get(number) {
            marks.push(mark(MarkKind::Variable, place, *name));
            whole.push(in_braces(name).as_bytes(), place);
        } else {
            marks.push(mark(MarkKind::Variable, place, &text[part.clone()]));
            whole.append(&url.slice(part.clone()));
        }
        at = part.end;
    }
    whole.append(&url.slice(at..url.len()));
    let mut url = whole;
    match joined {
        Some(joined) => {
            url.append(&joined);
            // Another statement may add to it.
            marks.push(mark(MarkKind::Continues, url.place(url.len()..url.len()), ""));
        }
        None => url = without_end(url, behind, marks),
    }
    (url, base)
}

/// What code adds behind a text in quotes, and where that ends: ` + key + "&lead_id=" + id`, `. $key . '&a=b'`. Expressions stand in
/// braces, and are marked.
pub(super) fn joined(view: &View<'_>, start: usize, limit: usize, marks: &mut Vec<Mark>) -> Option<(Traced, usize)> {
    let text = &*view.text;
    // Basic ends a line that goes on with `_`.
    let next =
        |at: usize| at + text[at..limit].len() - text[at..limit].trim_start_matches([' ', '\t', '\r', '\n', '_']).len();
    let first = text[next(start)..limit].chars().next()?;
    // Python and C join texts of which one stands below the other.
    let is_below = |at: usize| {
        let behind = text[next(at)..limit].trim_start_matches(['f', 'F']);
        let is_text = behind.starts_with(['"', '\'']);
        is_text && (text[at..next(at)].contains('\n') || behind[1..].starts_with('&'))
    };
    let behind_dot = text[next(start)..limit].strip_prefix('.').unwrap_or_default();
    let is_call_on_it = text[start..next(start)].contains('\n')
        || ["format(", "concat(", "replace("].iter().any(|name| behind_dot.starts_with(name));
    if behind_dot.starts_with(char::is_alphabetic) && is_call_on_it {
        return None;
    }
    // Twice in SQL and Lua, `~` in Twig.
    let sign = if matches!(first, '+' | '.' | '&' | '|' | '~') { first } else { '+' };
    let (mut whole, mut at) = (Traced::default(), start);
    while whole.len() < LONGEST {
        let piece = match text[next(at)..limit].starts_with(sign) {
            true => next(next(at) + text[next(at)..limit].len() - text[next(at)..limit].trim_start_matches(sign).len()),
            false if is_below(at) => next(at),
            false => break,
        };
        let rest = &text[piece..limit];
        let prefix = rest.len() - rest.trim_start_matches(['f', '$', '@']).len();
        if let Some(quote) = rest[prefix..].chars().next().filter(|c| matches!(c, '"' | '\'' | '`')) {
            let inner = piece + prefix + 1;
            let end = string_end(text, inner, limit, quote)?;
            let value = with_dollars(&unescaped(view, inner..end));
            let plain = value.text().into_owned();
            // Single quotes keep JavaScript, PHP and Ruby from filling anything in.
            let is_filled = |part: &std::ops::Range<usize>| {
                plain.len() == value.len() && (quote != '\'' || prefix > 0 || !plain[part.clone()].contains('$'))
            };
            for part in variables(&plain, prefix > 0).into_iter().filter(is_filled) {
                marks.push(mark(MarkKind::Variable, value.place(part.clone()), &plain[part]));
            }
            whole.append(&value);
            at = end + 1;
        } else {
            let end = expression_end(text, piece, limit, sign);
            let name = text[piece..end].trim_end();
            if name.is_empty() {
                return None;
            }
            let place = view.place(piece..piece + name.len());
            marks.push(mark(MarkKind::Variable, place, name));
            whole.push(in_braces(name).as_bytes(), place);
            at = piece + name.len();
        }
    }
    (!whole.is_empty()).then_some((whole, at))
}

/// The expressions behind a text whose places they fill, `"…?api_key=%s&lead_id=%s", key, lead`, in the order of the places; none where
/// there are not as many of them.
fn arguments<'a>(behind: &'a str, text: &str, places: &[std::ops::Range<usize>]) -> Vec<&'a str> {
    let start = behind.trim_start();
    let list = start.strip_prefix([',', '%']).or_else(|| start.strip_prefix(".format("));
    let Some(mut rest) = list.map(|list| list.trim_start_matches([' ', '\n', '\r', '\t', '('])) else {
        return Vec::new();
    };
    let mut given = Vec::new();
    while given.len() < places.len() {
        let end = expression_end(rest, 0, rest.len(), ',');
        given.push(rest[..end].trim());
        let Some(next) = rest[end..].trim_start().strip_prefix(',') else { break };
        rest = next.trim_start();
    }
    // `{0}` and `%1$s` say which of them.
    let number = |place: &std::ops::Range<usize>| {
        let place = &text[place.clone()];
        let zero = place.strip_prefix('{').and_then(|inner| inner.strip_suffix('}'));
        let one = place.strip_prefix('%').and_then(|inner| inner.split_once('$'));
        let first = one.and_then(|(digits, _)| digits.parse::<usize>().ok()?.checked_sub(1));
        zero.and_then(|digits| digits.parse().ok()).or(first)
    };
    let is_place = |place: &std::ops::Range<usize>| {
        let text = &text[place.clone()];
        text == "{}" || text.starts_with('%') && !text.starts_with("%(") || number(place).is_some()
    };
    let names = places.iter().enumerate().map_while(|(at, place)| given.get(number(place).unwrap_or(at)).copied());
    let names: Vec<_> = names.filter(|name| !name.is_empty()).collect();
    let fits = names.len() == places.len() && places.iter().all(is_place);
    if fits { names } else { Vec::new() }
}

/// An expression as it stands in a URL; what would be read as parameters of its own is left out.
fn in_braces(name: &str) -> String {
    format!("{{{}}}", if name.contains(['=', '&', '?', '#']) { "…" } else { name })
}

/// The URL without what only shows that it goes on.
fn without_end(url: Traced, behind: &str, marks: &mut Vec<Mark>) -> Traced {
    let text = url.text().into_owned();
    let dots =
        ["...", "…"].iter().find_map(|dots| text.trim_end().strip_suffix(dots)).map(|text| text.trim_end().len());
    let is_cut = dots.is_some() || ["...", "…", " ...", " …"].iter().any(|dots| behind.starts_with(dots));
    if !is_cut && !goes_on(behind, &text) {
        return url;
    }
    let url = dots.map_or(url.clone(), |len| url.slice(0..len));
    let text = url.text().into_owned();
    marks.push(mark(MarkKind::Continues, url.place(text.len()..text.len()), ""));
    // Of the last value only the beginning is there, if anything.
    if text.contains('?') {
        let last = text.rfind(['&', '?']).map_or(0, |at| at + 1);
        marks.push(mark(MarkKind::Variable, url.place(last..text.len()), &text[last..]));
    }
    url
}

/// PHP's `'…?' . http_build_query(['api_key' => $key, …])`.
pub(super) fn built_query(view: &View<'_>, at: usize, behind: &str, marks: &mut Vec<Mark>) -> Option<Traced> {
    let call = behind.len() - behind.trim_start_matches([' ', '.', '\'', '"', '\n', '\r']).len();
    if !behind[call..].starts_with("http_build_query(") {
        return None;
    }
    let inner = call + behind[call..].find(['[', '$', ')']).filter(|at| behind[call + at..].starts_with('['))?;
    let parsed = json::parse_members(&view.text, at + inner + 1, at + behind.len(), 200);
    Some(super::fetch::form(view, &parsed.node, marks))
}

/// The URL with `${` for each `#{`.
fn with_dollars(url: &Traced) -> Traced {
    url.replaced(|rest| rest.starts_with(b"#{").then_some((b"$".into(), 1)))
}

/// Whether code adds to a text in quotes: `"…?api_key=" + key`, `'…' . $key`, `"…" & Range("A2")`, `"…", key)`.
pub(super) fn goes_on(behind: &str, url: &str) -> bool {
    let rest = behind.trim_start_matches([' ', '\t', '\r', '\n', '_', '\\']);
    let mut chars = rest.chars();
    let Some(sign) = chars.next() else { return false };
    if let Some(next) = rest.strip_prefix("||").or_else(|| rest.strip_prefix("..")).or_else(|| rest.strip_prefix("~ "))
    {
        let next = next.trim_start();
        return url.contains('=') && next.starts_with(|c: char| c.is_ascii_alphabetic() || "\"':(".contains(c));
    }
    let next = chars.as_str().trim_start_matches([' ', '\t', '\r', '\n', '_', '\\']);
    let is_value = next.starts_with(|c: char| c.is_ascii_alphabetic() || "\"'$([_`@=".contains(c));
    match sign {
        '+' => is_value && chars.as_str().starts_with([' ', '\n', '\r']) || next.starts_with(['"', '\'', '$']),
        // `sb.Append("…?api_key=").Append(key)`
        ')' => url.ends_with('='),
        '&' => is_value && url.ends_with(['=', '?', '&']),
        '.' => {
            // A constant of PHP stands between two dots.
            let behind_name = next.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "_:".contains(c));
            // `"https://…".toHttpUrl()`
            let is_of_the_text =
                !url.contains('?') && behind_name.starts_with("()") && chars.as_str().len() == next.len();
            next.starts_with(['$', '"', '\'', '('])
                || is_call(next) && !is_of_the_text && !chars.as_str().starts_with(['\n', '\r'])
                || behind_name.len() < next.len() && behind_name.trim_start().starts_with(". ")
        }
        ',' if !url.contains('?') => {
            let next: String = next.chars().take(60).collect();
            ["params", "query", "data", "{", "$", "array("].iter().any(|word| next.starts_with(word))
                || next.contains("params")
        }
        // A text in the next line that belongs to it, as Python and C have them.
        '"' | '\'' if chars.as_str().starts_with('&') => true,
        '"' | '\'' | 'f' if behind.contains('\n') => next.trim_start_matches(['"', '\'']).starts_with('&'),
        ',' | '%' => url.says(&["{0}", "%s", "%v", "%1$s", "{}", "%("]),
        _ => false,
    }
}

fn is_call(text: &str) -> bool {
    let name = text.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
    name.len() < text.len() && name.starts_with('(')
}

/// What a program fills in, in a text whose braces hold values or in another: `${key}`, `{{$env KEY}}`, `{$key}`, `\(key)`, `{0}`, `%s`,
/// `%1$s`, `%(key)s`, and `$key` at the beginning of a value.
fn variables(text: &str, is_filled_in: bool) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(next) = text[at..].find(['$', '{', '%', '\\']).map(|next| at + next) {
        let rest = &text[next..];
        let is_value = next == 0 || text[..next].ends_with(['=', '?', '/']);
        let len = if rest.starts_with("${") || rest.starts_with("{{$") || rest.starts_with("{$") {
            closed(rest, ('{', '}'))
        } else if rest.starts_with("$(") || rest.starts_with("\\(") {
            closed(rest, ('(', ')'))
        } else if let Some(inner) = rest.strip_prefix('{') {
            let digits = inner.trim_start_matches(|c: char| c.is_ascii_digit());
            let number = digits.starts_with('}').then(|| rest.len() - digits.len() + 1);
            number.or_else(|| rest.find('}').filter(|_| is_filled_in).map(|end| end + 1))
        } else if is_value && rest.starts_with('$') {
            let name = rest[1..].trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '_');
            let is_name = rest[1..].starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
            is_name.then(|| rest.len() - name.len())
        } else {
            let named = rest.strip_prefix("%(").and_then(|inner| inner.find(")s")).map(|end| end + 4);
            let is_plain = ["%s", "%d", "%v"].iter().any(|place| rest.starts_with(place));
            let digits = rest[1..].trim_start_matches(|c: char| c.is_ascii_digit());
            let numbered =
                digits.strip_prefix("$s").filter(|_| digits.len() + 1 < rest.len()).map(|end| rest.len() - end.len());
            named.or(is_plain.then_some(2)).or(numbered).filter(|_| is_value)
        };
        if let Some(len) = len {
            found.push(next..next + len);
        }
        at = next + len.unwrap_or(1);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{goes_on, variables};
    use proptest::prelude::*;

    #[test]
    fn what_a_program_fills_in_is_found() {
        let found =
            |text: &str| variables(text, false).into_iter().map(|part| text[part].to_owned()).collect::<Vec<_>>();
        assert_eq!(
            found("/p?a=${process.env.KEY}&b={0}&c=%s&d=$x&e={{$env K}}&f={$y}&g=%(z)s"),
            ["${process.env.KEY}", "{0}", "%s", "$x", "{{$env K}}", "{$y}", "%(z)s"]
        );
        assert!(found("/p?a={api_key}&b=%20&c=$25000&d=50%").is_empty());
        assert_eq!(variables("/p?a={api_key}&b={quote(x)}", true), [5..14, 17..27]);
    }

    #[test]
    fn a_text_goes_on_where_code_adds_to_it() {
        for behind in
            [" + key + \"x\"", "+'&lead_id='+id", " . $key", " . urlencode($s)", " & Range(\"A2\")", "\n  + key"]
        {
            assert!(goes_on(behind, "https://h/p?a="), "{behind}");
        }
        for behind in ["", ". It fails", " and more", ".\nThen", " + 3 others", ", which"] {
            assert!(!goes_on(behind, "https://h/p?a=b"), "{behind}");
        }
        assert!(!goes_on(".toHttpUrl().newBuilder()", "https://h/p"));
        assert!(goes_on(".api_key().\"x\"", "https://h/p?a="));
        assert!(goes_on(", key, lead)", "https://h/p?a={0}"));
        assert!(goes_on("&A2&\"&status=\"&B2)", "https://h/p?lead_id="));
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(text in "(\\PC|[$%{}?=+.&,]|\\$\\{|%s){0,30}", behind in "(\\PC|[+.&,$ ]){0,10}") {
            for part in variables(&text, true) {
                prop_assert!(text.get(part).is_some());
            }
            let _ = goes_on(&behind, &text);
        }
    }
}
