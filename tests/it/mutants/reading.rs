//! How an answer is misread.

use caketester::protocol::Outcome::{self, Rejected, Unknown, Updated};
use roxmltree::{Document, Node, ParsingOptions};

use super::client::Habit::{
    CachesByUrl, Conclude, Find, Judge, Otherwise, Parse, RemembersTheAnswer, RepeatsButBelievesTheFirst, Says,
};
use super::client::{code_text, right};
use super::row::{Mutant, equivalent, killed, recommended};
use super::wire::{End, Got};

/// What stands between two texts, the first time.
fn between<'t>(text: &'t str, open: &str, close: &str) -> Option<&'t str> {
    let from = text.find(open)? + open.len();
    Some(&text[from..from + text[from..].find(close)?])
}

/// The same, the last time.
fn last_between<'t>(text: &'t str, open: &str, close: &str) -> Option<&'t str> {
    let from = text.rfind(open)? + open.len();
    Some(&text[from..from + text[from..].find(close)?])
}

/// What `<code>\s*(\d+)` would find, the first time there is such a thing.
fn matched(text: &str, open: &str, skips_space: bool) -> Option<String> {
    text.match_indices(open).find_map(|(at, _)| {
        let rest = &text[at + open.len()..];
        let rest = if skips_space { rest.trim_start() } else { rest };
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        (!digits.is_empty()).then_some(digits)
    })
}

/// Reads the answer as XML, a document type allowed or not, and looks for the code in it.
fn in_document(text: &str, allow_dtd: bool, find: impl Fn(&Document<'_>) -> Option<String>) -> Option<String> {
    let options = ParsingOptions { allow_dtd, ..ParsingOptions::default() };
    find(&Document::parse_with_options(text.trim_start_matches('\u{FEFF}'), options).ok()?)
}

fn texts(node: Node<'_, '_>) -> String {
    node.descendants().filter(Node::is_text).filter_map(|text| text.text()).collect()
}

fn is_code(node: &Node<'_, '_>) -> bool {
    node.tag_name().name() == "code"
}

/// The codes right below the root, whatever that is called.
fn children(document: &Document<'_>) -> Vec<String> {
    document.root_element().children().filter(is_code).map(texts).collect()
}

/// The one code right below a result, where it holds no element.
fn only_code(document: &Document<'_>) -> Option<String> {
    let root = document.root_element();
    let codes: Vec<_> = root.children().filter(is_code).collect();
    let [code] = codes[..] else { return None };
    let is_text = !code.children().any(|child| child.is_element());
    (root.tag_name().name() == "result" && is_text).then(|| texts(code))
}

/// The number at the beginning of a text, as `parseInt`, `atoi` and `intval` read it.
fn leading(text: &str) -> Option<i64> {
    let text = text.trim_start();
    let end = text.char_indices().find(|(at, c)| !(c.is_ascii_digit() || *at == 0 && "+-".contains(*c)));
    text[..end.map_or(text.len(), |(at, _)| at)].parse().ok()
}

/// A digit of another script that `int` of Python reads.
fn python_digit(c: char) -> char {
    let zeros = ['\u{660}', '\u{FF10}'];
    let digit = zeros.iter().find_map(|zero| char::from_digit((c as u32).wrapping_sub(*zero as u32), 10));
    digit.unwrap_or(c)
}

fn float(text: &str) -> Option<f64> {
    text.trim().parse().ok()
}

/// The number of a whole text, without bounds.
fn huge(text: &str) -> Option<i128> {
    text.trim().parse().ok()
}

fn truncated(number: i128, bits: u32) -> i64 {
    let unsigned = number & ((1 << bits) - 1);
    let signed = if unsigned >> (bits - 1) == 1 { unsigned - (1 << bits) } else { unsigned };
    i64::try_from(signed).unwrap_or_default()
}

fn is_success(got: &Got) -> bool {
    (200..300).contains(&got.status)
}

/// What the right client would conclude.
pub(super) fn rightly(got: &Got) -> Outcome {
    got.code().map_or(Unknown, |code| right(code, got.status))
}

/// Updated where the text says so, else what is right, but never updated.
fn updated_if(got: &Got, says: bool) -> Option<Outcome> {
    Some(match rightly(got) {
        _ if says && got.end == End::Whole => Updated,
        Updated => Unknown,
        other => other,
    })
}

/// Updated here, else what is right.
fn also(got: &Got, is_updated: bool) -> Option<Outcome> {
    Some(if is_updated { Updated } else { rightly(got) })
}

/// The body without what a lenient parser passes over: it closes what is open.
fn recovered(text: &str) -> Option<String> {
    text.contains("<result").then(|| between(text, "<code>", "</code>").map(str::to_owned)).flatten()
}

/// The text of the first code in a stream that is read only so far.
fn streamed(text: &str, bytes: usize) -> Option<String> {
    between(&String::from_utf8_lossy(&text.as_bytes()[..text.len().min(bytes)]), "<code>", "</code>").map(str::to_owned)
}

pub(crate) const TABLE: &[Mutant] = &[
    // Where the code is looked for.
    recommended(
        "any root element",
        &["A09", "A12"],
        Find(|t| in_document(t, false, |d| children(d).into_iter().next())),
    ),
    killed(
        "the first code at any depth (getElementsByTagName)",
        &["A08", "A09"],
        Find(|t| in_document(t, false, |d| d.descendants().find(is_code).map(texts))),
    ),
    killed(
        "the last code at any depth",
        &["A08", "A09"],
        Find(|t| in_document(t, false, |d| d.descendants().filter(is_code).last().map(texts))),
    ),
    killed(
        "any code that is 0, at any depth (//code = 0)",
        &["A08", "A09"],
        Find(|t| {
            in_document(t, false, |d| {
                let codes: Vec<_> = d.descendants().filter(is_code).map(texts).collect();
                codes.iter().find(|c| c.trim() == "0").or(codes.first()).cloned()
            })
        }),
    ),
    recommended(
        "a root in any letter case",
        &["A09", "A12"],
        Find(|t| {
            in_document(t, false, |d| {
                d.root_element()
                    .tag_name()
                    .name()
                    .eq_ignore_ascii_case("result")
                    .then(|| children(d).into_iter().next())?
            })
        }),
    ),
    recommended(
        "a root that ends with result",
        &["A09", "A12"],
        Find(|t| {
            in_document(t, false, |d| {
                let root = d.root_element().tag_name().name().to_lowercase();
                root.ends_with("result").then(|| children(d).into_iter().next())?
            })
        }),
    ),
    killed(
        "a deeper code where there is none below the root",
        &["A09"],
        Find(|t| {
            in_document(t, false, |d| {
                let root = d.root_element();
                let direct = root.children().find(is_code).or_else(|| root.descendants().find(is_code));
                direct.filter(|_| root.tag_name().name() == "result").map(texts)
            })
        }),
    ),
    recommended(
        "bare ampersands are mended",
        &["A09"],
        Find(|t| in_document(&t.replace(" & ", " &amp; "), false, only_code)),
    ),
    recommended(
        "control characters are dropped before parsing",
        &["A09"],
        Find(|t| in_document(&t.replace('\u{1}', ""), false, only_code)),
    ),
    recommended(
        "int() of Python",
        &["A09"],
        Parse(|t| {
            let digits: String = t.trim().chars().map(python_digit).filter(|c| *c != '_').collect();
            digits.parse().ok()
        }),
    ),
    recommended(
        "a float that is 0 (1e-400)",
        &["A09"],
        Parse(|t| float(t).filter(|n| *n == 0.0 || n.fract() == 0.0).map(|n| n as i64)),
    ),
    killed(
        "codes above 4 are warnings",
        &["A07"],
        Judge(|code, status| if code > 4 && status == 200 { Updated } else { right(code, status) }),
    ),
    killed(
        "codes 5, 8 and 9 are successes",
        &["A07"],
        Judge(|code, status| if matches!(code, 5 | 8 | 9) && status == 200 { Updated } else { right(code, status) }),
    ),
    killed(
        "a d without a code is a success",
        &["A09"],
        Conclude(|got| {
            also(
                got,
                got.text().starts_with("{\"d\":{")
                    && !got.text().contains(":0,")
                    && !got.text().contains("\"code\":\""),
            )
        }),
    ),
    recommended(
        "the first of several codes below the root",
        &["A09", "A12"],
        Find(|t| in_document(t, false, |d| children(d).into_iter().next())),
    ),
    recommended(
        "the last of several codes below the root",
        &["A09", "A12"],
        Find(|t| in_document(t, false, |d| children(d).into_iter().last())),
    ),
    recommended(
        "the codes below the root, added up or joined",
        &["A09", "A12"],
        Find(|t| {
            in_document(t, false, |d| {
                let c = children(d);
                (!c.is_empty()).then(|| c.concat())
            })
        }),
    ),
    killed(
        "the first <code> in the text",
        &["A08", "A09"],
        Find(|t| between(t, "<code>", "</code>").map(str::to_owned)),
    ),
    killed(
        "the last <code> in the text",
        &["A08", "A09"],
        Find(|t| last_between(t, "<code>", "</code>").map(str::to_owned)),
    ),
    killed("a regular expression, <code>(\\d+)", &["A08", "A09"], Find(|t| matched(t, "<code>", false))),
    killed("a regular expression, <code>\\s*(\\d+)", &["A08", "A09"], Find(|t| matched(t, "<code>", true))),
    killed(
        "a regular expression without regard to letter case",
        &["A08", "A09"],
        Find(|t| matched(&t.to_lowercase(), "<code>", true)),
    ),
    killed(
        "a regular expression for the name alone, code>(\\d+)",
        &["A08", "A09"],
        Find(|t| matched(t, "code>", true)),
    ),
    killed(
        "a regular expression for the first digit",
        &["A08", "A09"],
        Find(|t| t.chars().find(char::is_ascii_digit).map(String::from)),
    ),
    killed(
        "a regular expression for the last digit",
        &["A03", "A08", "A07", "A09"],
        Find(|t| t.chars().rev().find(char::is_ascii_digit).map(String::from)),
    ),
    killed(
        "a regular expression for code, then any digits",
        &["A08", "A09"],
        Find(|t| {
            let at = t.find("code")?;
            let rest = &t[at..];
            let from = rest.find(|c: char| c.is_ascii_digit())?;
            Some(rest[from..].chars().take_while(char::is_ascii_digit).collect())
        }),
    ),
    killed(
        "the second line of the answer",
        &["A09"],
        Find(|t| t.lines().nth(1).map(|l| l.trim().replace("<code>", "").replace("</code>", ""))),
    ),
    killed(
        "the first child of the root",
        &["A08", "A09"],
        Find(|t| in_document(t, false, |d| d.root_element().children().find(Node::is_element).map(texts))),
    ),
    killed("the character at place 17", &["A08", "A09"], Find(|t| t.chars().nth(17).map(String::from))),
    recommended(
        "without namespaces (XPath /result/code)",
        &["A09", "A12"],
        Find(|t| in_document(t, false, |d| d.root_element().children().find(|n| n.has_tag_name("code")).map(texts))),
    ),
    killed(
        "no namespace, and no code is 0",
        &["A09"],
        Find(|t| {
            in_document(t, false, |d| {
                Some(d.root_element().children().find(|n| n.has_tag_name("code")).map_or_else(|| "0".into(), texts))
            })
        }),
    ),
    killed(
        "only with CAKE's own namespace",
        &["A01", "A02", "A03", "A04", "A05"],
        Find(|t| {
            in_document(t, false, |d| {
                d.root_element()
                    .children()
                    .find(|n| n.has_tag_name(("http://cakemarketing.com/api/1/", "code")))
                    .map(texts)
            })
        }),
    ),
    killed(
        "names without regard to letter case",
        &["A09"],
        Find(|t| {
            in_document(t, false, |d| {
                d.root_element().children().find(|n| n.tag_name().name().eq_ignore_ascii_case("code")).map(texts)
            })
        }),
    ),
    killed(
        "any name that ends in code",
        &["A09"],
        Find(|t| {
            in_document(t, false, |d| {
                d.root_element().children().find(|n| n.tag_name().name().to_lowercase().ends_with("code")).map(texts)
            })
        }),
    ),
    killed(
        "the attribute code first",
        &["A08", "A09"],
        Find(|t| {
            in_document(t, false, |d| d.root_element().attribute("code").map(str::to_owned)).or_else(|| code_text(t))
        }),
    ),
    killed(
        "any attribute called code first",
        &["A08", "A09"],
        Find(|t| {
            in_document(t, false, |d| d.descendants().find_map(|n| n.attribute("code")).map(str::to_owned))
                .or_else(|| code_text(t))
        }),
    ),
    killed(
        "text up to the first child (firstChild.nodeValue), else 0",
        &["A09"],
        Find(|t| {
            in_document(t, false, |d| {
                d.root_element()
                    .children()
                    .find(is_code)
                    .map(|n| n.first_child().and_then(|c| c.text()).unwrap_or("0").to_owned())
            })
        }),
    ),
    killed(
        "CDATA is not text",
        &["A08"],
        Find(|t| if t.contains("<![CDATA[") { Some("0".into()) } else { code_text(t) }),
    ),
    killed(
        "comments are text",
        &["A08", "A09"],
        Find(|t| between(&t.replace("<!--", "").replace("-->", ""), "<code>", "</code>").map(str::to_owned)),
    ),
    killed(
        "character references are not resolved",
        &["A08", "A09"],
        Find(|t| between(t, "<code>", "</code>").map(|c| c.chars().filter(char::is_ascii_digit).collect())),
    ),
    equivalent(
        "a document type is accepted, and its entities are expanded",
        "most XML parsers do so, and no answer of CAKE's has one",
        Find(|t| in_document(t, true, only_code)),
    ),
    killed(
        "unknown entities are nothing",
        &["A08", "A09"],
        Find(|t| {
            let t = t.replace("&nbsp;", " ").replace("&zero;", "0");
            between(&t, "<code>", "</code>").map(|c| c.trim().to_owned())
        }),
    ),
    killed(
        "a second root element counts",
        &["A08", "A09"],
        Find(|t| t.split("</result>").filter_map(|part| between(part, "<code>", "</code>")).last().map(str::to_owned)),
    ),
    recommended(
        "what follows the root does not count",
        &["A08", "A09", "A12"],
        Find(|t| {
            let end = t.find("</result>")? + 9;
            code_text(&t[..end])
        }),
    ),
    recommended(
        "what stands before the root does not count",
        &["A08", "A09"],
        Find(|t| code_text(&t[t.find("<result")?..])),
    ),
    killed(
        "the result inside a page counts",
        &["A09"],
        Find(|t| {
            let from = t.find("<result")?;
            let end = t.find("</result>")? + 9;
            code_text(t.get(from..end)?)
        }),
    ),
    killed("XML is repaired (lxml's recover, BeautifulSoup)", &["A08", "A09"], Find(recovered)),
    killed("tags need not be closed", &["A08", "A09"], Find(|t| matched(t, "<code>", true))),
    killed("only the first 20 bytes are read", &["A01", "A02", "A03", "A04", "A05"], Find(|t| streamed(t, 20))),
    killed("only the first 64 bytes are read", &["A08", "A09"], Find(|t| streamed(t, 64))),
    killed("only the first 256 bytes are read, whatever ends there", &["A08", "A09"], Find(|t| streamed(t, 256))),
    killed("only the first 512 bytes are read, whatever ends there", &["A08", "A09"], Find(|t| streamed(t, 512))),
    killed("only the first 1024 bytes are read, whatever ends there", &["A08", "A09"], Find(|t| streamed(t, 1024))),
    killed("only the first 4096 bytes are read, whatever ends there", &["A08", "A09"], Find(|t| streamed(t, 4096))),
    // How the number is read.
    killed(
        "the first character of the code",
        &["A08", "A09"],
        Parse(|t| t.trim().chars().next().and_then(|c| c.to_digit(10)).map(i64::from)),
    ),
    killed(
        "the last character of the code",
        &["A07", "A09"],
        Parse(|t| t.trim().chars().last().and_then(|c| c.to_digit(10)).map(i64::from)),
    ),
    killed(
        "starts with 0",
        &["A08", "A09"],
        Parse(|t| if t.trim().starts_with('0') { Some(0) } else { t.trim().parse().ok() }),
    ),
    killed(
        "ends with 0",
        &["A07", "A09"],
        Parse(|t| if t.trim().ends_with('0') { Some(0) } else { t.trim().parse().ok() }),
    ),
    killed(
        "contains 0",
        &["A08", "A07", "A09"],
        Parse(|t| if t.contains('0') { Some(0) } else { t.trim().parse().ok() }),
    ),
    killed("parseInt", &["A09"], Parse(leading)),
    killed("intval, atoi: a word is 0", &["A09"], Parse(|t| Some(leading(t).unwrap_or(0)))),
    killed(
        "Number(''): nothing is 0",
        &["A09"],
        Parse(|t| if t.trim().is_empty() { Some(0) } else { t.trim().parse().ok() }),
    ),
    killed("a word is 0 (loose comparison)", &["A09"], Parse(|t| Some(t.trim().parse().unwrap_or(0)))),
    killed(
        "a word that is no number is 0, nothing is not",
        &["A09"],
        Parse(|t| (!t.trim().is_empty()).then(|| t.trim().parse().unwrap_or(0))),
    ),
    killed("a float, cut to a whole number", &["A09"], Parse(|t| float(t).filter(|n| n.is_finite()).map(|n| n as i64))),
    killed("a float, rounded", &["A09"], Parse(|t| float(t).filter(|n| n.is_finite()).map(|n| n.round() as i64))),
    recommended(
        "a float that equals a whole number",
        &["A09"],
        Parse(|t| float(t).filter(|n| n.fract() == 0.0).map(|n| n as i64)),
    ),
    killed("8 bits", &["A07", "A09"], Parse(|t| huge(t).map(|n| truncated(n, 8)))),
    killed("16 bits", &["A07", "A09"], Parse(|t| huge(t).map(|n| truncated(n, 16)))),
    killed("32 bits", &["A07", "A09"], Parse(|t| huge(t).map(|n| truncated(n, 32)))),
    killed("64 bits", &["A09"], Parse(|t| huge(t).map(|n| truncated(n, 64)))),
    killed(
        "what is too large is 0",
        &["A07", "A09"],
        Parse(|t| huge(t).map(|n| i32::try_from(n).map_or(0, i64::from))),
    ),
    killed(
        "leading zeros are dropped",
        &["A09"],
        Parse(|t| {
            let t = t.trim().trim_start_matches('0');
            if t.is_empty() { Some(0) } else { t.parse().ok() }
        }),
    ),
    recommended(
        "white space inside is dropped",
        &["A09", "A12"],
        Parse(|t| t.split_whitespace().collect::<String>().parse().ok()),
    ),
    killed(
        "everything but digits is dropped",
        &["A09"],
        Parse(|t| t.chars().filter(char::is_ascii_digit).collect::<String>().parse().ok()),
    ),
    killed(
        "false is 0",
        &["A09"],
        Parse(|t| match t.trim() {
            "false" | "False" | "FALSE" => Some(0),
            t => t.parse().ok(),
        }),
    ),
    killed(
        "OK and success are 0",
        &["A09"],
        Parse(|t| match t.trim().to_lowercase().as_str() {
            "ok" | "success" => Some(0),
            t => t.parse().ok(),
        }),
    ),
    recommended("white space around the code is no number", &["A08", "A09"], Parse(|t| t.parse().ok())),
    killed(
        "true and 1 are success, 0 is not",
        &["A01", "A02", "A08"],
        Judge(|code, _| if code == 1 { Updated } else { Rejected }),
    ),
    // What a code is taken for.
    killed(
        "code 1 is success",
        &["A02", "A08"],
        Judge(|code, status| if code == 1 { Updated } else { right(code, status) }),
    ),
    killed(
        "code 2 is success (nothing more to do)",
        &["A03", "A08"],
        Judge(|code, status| if code == 2 { Updated } else { right(code, status) }),
    ),
    killed(
        "code 3 is success",
        &["A04", "A10", "A08"],
        Judge(|code, status| if code == 3 { Updated } else { right(code, status) }),
    ),
    killed(
        "code 4 is success",
        &["A05", "A08"],
        Judge(|code, status| if code == 4 { Updated } else { right(code, status) }),
    ),
    killed(
        "code 2 is unknown, to be tried again",
        &["A03"],
        Judge(|code, status| if code == 2 { Unknown } else { right(code, status) }),
    ),
    killed(
        "code 4 is unknown, to be tried again",
        &["A05"],
        Judge(|code, status| if code == 4 { Unknown } else { right(code, status) }),
    ),
    killed(
        "only code 3 is a refusal",
        &["A02", "A03", "A05", "A08", "A07"],
        Judge(|code, _| if code == 3 { Rejected } else { Updated }),
    ),
    killed(
        "only code 1 is a refusal",
        &["A03", "A04", "A05", "A10", "A08", "A07"],
        Judge(|code, _| if code == 1 { Rejected } else { Updated }),
    ),
    killed(
        "codes 1 to 3 are refusals, all else is success",
        &["A05", "A08", "A07"],
        Judge(|code, _| if (1..=3).contains(&code) { Rejected } else { Updated }),
    ),
    killed(
        "codes 1 to 4 are refusals, all else is success",
        &["A07"],
        Judge(|code, _| if (1..=4).contains(&code) { Rejected } else { Updated }),
    ),
    killed(
        "a code above 4 is success",
        &["A07"],
        Judge(|code, status| if code > 4 { Updated } else { right(code, status) }),
    ),
    killed(
        "a code below 0 is success",
        &["A07"],
        Judge(|code, status| if code < 0 { Updated } else { right(code, status) }),
    ),
    killed("code <= 0 is success", &["A07"], Judge(|code, _| if code <= 0 { Updated } else { Rejected })),
    killed("code <= 1 is success", &["A02", "A08", "A07"], Judge(|code, _| if code <= 1 { Updated } else { Rejected })),
    killed(
        "code < 4 is success",
        &["A02", "A03", "A04", "A10", "A08", "A07"],
        Judge(|code, _| if code < 4 { Updated } else { Rejected }),
    ),
    killed(
        "code >= 0 is success",
        &["A02", "A03", "A04", "A05", "A10", "A08", "A07"],
        Judge(|code, _| if code >= 0 { Updated } else { Rejected }),
    ),
    killed(
        "code > 0 is success",
        &["A01", "A02", "A03", "A04", "A05", "A10", "A08", "A07"],
        Judge(|code, _| if code > 0 { Updated } else { Rejected }),
    ),
    killed(
        "code 200 is success",
        &["A07"],
        Judge(|code, status| if code == 200 { Updated } else { right(code, status) }),
    ),
    killed(
        "code 10 and other tens are success",
        &["A07"],
        Judge(|code, status| if code % 10 == 0 { Updated } else { right(code, status) }),
    ),
    killed(
        "even codes are success (a bit is looked at)",
        &["A03", "A05", "A08", "A07"],
        Judge(|code, status| if code & 1 == 0 { Updated } else { right(code, status) }),
    ),
    killed("every code is success", &["A02", "A03", "A04", "A05", "A10", "A08", "A07"], Judge(|_, _| Updated)),
    killed("no code is success", &["A01"], Judge(|code, status| if code == 0 { Unknown } else { right(code, status) })),
    killed(
        "code 0 is a refusal",
        &["A01"],
        Judge(|code, status| if code == 0 { Rejected } else { right(code, status) }),
    ),
    killed(
        "refusals are unknown",
        &["A02", "A03", "A04", "A05"],
        Judge(|code, status| if code == 0 { right(code, status) } else { Unknown }),
    ),
    killed(
        "a refusal with a failing HTTP status is success after all",
        &["A02", "A03", "A04", "A05", "A08"],
        Judge(|code, status| if status >= 400 { Updated } else { right(code, status) }),
    ),
    equivalent(
        "a refusal with a failing HTTP status is unknown",
        "a client may stop at a failing HTTP status",
        Judge(|code, status| if status >= 400 { Unknown } else { right(code, status) }),
    ),
    killed(
        "a refusal crashes it",
        &["A02", "A03", "A04", "A05"],
        Conclude(|got| match rightly(got) {
            Rejected => None,
            other => Some(other),
        }),
    ),
    // The text decides.
    killed(
        "the body contains a 0",
        &["A03", "A04", "A08", "A07", "A09"],
        Conclude(|got| updated_if(got, got.text().contains('0'))),
    ),
    killed(
        "the body contains success",
        &["A10", "A08", "A07", "A09"],
        Conclude(|got| updated_if(got, got.text().contains("success"))),
    ),
    killed(
        "the body contains success, in any letter case",
        &["A10", "A08", "A07", "A09"],
        Conclude(|got| updated_if(got, got.text().to_lowercase().contains("success"))),
    ),
    killed(
        "the message contains success",
        &["A10", "A08", "A07", "A09"],
        Conclude(|got| updated_if(got, between(&got.text(), "<msg>", "</msg>").is_some_and(|m| m.contains("success")))),
    ),
    killed(
        "the message begins with success",
        &["A10", "A08", "A07", "A09"],
        Conclude(|got| {
            updated_if(got, between(&got.text(), "<msg>", "</msg>").is_some_and(|m| m.trim().starts_with("success")))
        }),
    ),
    killed(
        "the message is success",
        &["A10", "A08", "A07", "A09"],
        Conclude(|got| updated_if(got, between(&got.text(), "<msg>", "</msg>").is_some_and(|m| m == "success"))),
    ),
    killed(
        "the message is success, whatever the code",
        &["A10", "A08", "A07", "A09"],
        Conclude(|got| also(got, got.text().contains(">success<"))),
    ),
    killed(
        "the code is 0 or the message is success",
        &["A10", "A08", "A07", "A09"],
        Conclude(|got| also(got, between(&got.text(), "<msg>", "</msg>").is_some_and(|m| m.trim() == "success"))),
    ),
    killed(
        "the message says neither error nor invalid nor not",
        &["A02", "A03", "A04", "A05", "A10", "A08", "A07"],
        Conclude(|got| {
            also(
                got,
                got.code().is_some()
                    && !["error", "invalid", "not ", "unknown"].iter().any(|w| got.text().to_lowercase().contains(w)),
            )
        }),
    ),
    killed(
        "no message is no error",
        &["A08"],
        Conclude(|got| {
            also(got, got.code().is_some() && (!got.text().contains("<msg>") || got.text().contains("<msg></msg>")))
        }),
    ),
    killed(
        "the body contains <code>0</code>",
        &["A08", "A09"],
        Conclude(|got| updated_if(got, got.text().contains("<code>0</code>"))),
    ),
    killed(
        "the body contains <code>0",
        &["A08", "A09"],
        Conclude(|got| updated_if(got, got.text().contains("<code>0"))),
    ),
    killed("the body contains >0<", &["A08", "A09"], Conclude(|got| updated_if(got, got.text().contains(">0<")))),
    killed(
        "the body contains code and 0",
        &["A03", "A04", "A08", "A07", "A09"],
        Conclude(|got| updated_if(got, got.text().contains("code") && got.text().contains('0'))),
    ),
    killed(
        "the body begins with <result>, and no code 1 to 4 is in it",
        &["A08", "A07", "A09"],
        Conclude(|got| {
            updated_if(
                got,
                got.text().starts_with("<result>")
                    && !(1..=4).any(|c| got.text().contains(&format!("<code>{c}</code>"))),
            )
        }),
    ),
    killed(
        "the body contains no <code>1 to 4</code>",
        &["A08", "A07", "A09"],
        Conclude(|got| updated_if(got, !(1..=4).any(|c| got.text().contains(&format!("<code>{c}</code>"))))),
    ),
    killed(
        "the body ends with </result>",
        &["A09"],
        Conclude(|got| also(got, got.code().is_none() && got.text().ends_with("</result>"))),
    ),
    recommended(
        "the bytes of the documented answer",
        &["A10", "A08"],
        Conclude(|got| updated_if(got, got.text() == "<result>\n  <code>0</code>\n  <msg>success</msg>\n</result>")),
    ),
    killed(
        "the length of the documented answer",
        &["A01", "A02", "A03", "A07", "A09"],
        Conclude(|got| updated_if(got, got.body.len() == 62)),
    ),
    killed(
        "a short answer",
        &["A02", "A03", "A04", "A05", "A10", "A08", "A07", "A09"],
        Conclude(|got| updated_if(got, got.status == 200 && got.body.len() < 80)),
    ),
    killed(
        "the word OK anywhere",
        &["A02", "A03", "A04", "A05", "A10", "A08", "A07", "A09", "R06"],
        Conclude(|got| also(got, got.text().contains("OK") || got.head.contains(" OK"))),
    ),
    // HTTP decides.
    killed(
        "HTTP 200 is success",
        &["A02", "A03", "A04", "A05", "A10", "A08", "A07", "A09", "R06"],
        Conclude(|got| Some(if got.status == 200 { Updated } else { rightly(got) })),
    ),
    killed(
        "HTTP 2xx is success",
        &["A02", "A03", "A04", "A05", "A10", "A08", "A07", "A09", "R06"],
        Conclude(|got| Some(if is_success(got) { Updated } else { rightly(got) })),
    ),
    killed(
        "HTTP below 400 is success",
        &["A02", "A03", "A04", "A05", "A10", "A08", "A07", "A09", "R06"],
        Conclude(|got| Some(if (1..400).contains(&got.status) { Updated } else { rightly(got) })),
    ),
    killed(
        "HTTP below 500 is success",
        &["A02", "A03", "A04", "A05", "A10", "A08", "A07", "A09", "R06"],
        Conclude(|got| Some(if (1..500).contains(&got.status) { Updated } else { rightly(got) })),
    ),
    killed(
        "any HTTP answer is success",
        &["A02", "A03", "A04", "A05", "A10", "A08", "A07", "A09", "R06"],
        Conclude(|got| Some(if got.status > 0 { Updated } else { Unknown })),
    ),
    killed(
        "no exception is success",
        &["A02", "A03", "A04", "A05", "A10", "A08", "A07", "A09"],
        Conclude(|got| Some(if got.end == End::Whole { Updated } else { Unknown })),
    ),
    killed(
        "everything is success",
        &["A02", "A03", "A04", "A05", "A10", "A08", "A07", "A09", "R06"],
        Conclude(|_| Some(Updated)),
    ),
    killed("everything is a refusal", &["A01"], Conclude(|_| Some(Rejected))),
    killed("everything is unknown", &["A01", "A02", "A03", "A04", "A05"], Conclude(|_| Some(Unknown))),
    killed(
        "HTTP 200 without a code is success",
        &["A09"],
        Otherwise(|got| Some(if got.status == 200 && got.end == End::Whole { Updated } else { Unknown })),
    ),
    killed(
        "HTTP 200 with an empty body is success",
        &["A09"],
        Otherwise(|got| {
            Some(if got.status == 200 && got.end == End::Whole && got.body.is_empty() { Updated } else { Unknown })
        }),
    ),
    killed(
        "HTTP 201 to 299 is success, whatever the code",
        &["A03", "A04"],
        Judge(|code, status| if (201..300).contains(&status) { Updated } else { right(code, status) }),
    ),
    killed(
        "HTTP 409 is success, whatever the code",
        &["A03"],
        Judge(|code, status| if status == 409 { Updated } else { right(code, status) }),
    ),
    killed(
        "codes 200 to 299 are success",
        &["A07"],
        Judge(|code, status| if (200..300).contains(&code) { Updated } else { right(code, status) }),
    ),
    killed(
        "codes above 10 are warnings",
        &["A07"],
        Judge(|code, status| if code > 10 { Updated } else { right(code, status) }),
    ),
    killed("a code is a byte", &["A07"], Judge(|code, status| right(code & 0xFF, status))),
    killed("HTTP 204 is success", &["A09"], Otherwise(|got| Some(if got.status == 204 { Updated } else { Unknown }))),
    killed(
        "HTTP 201 and 202 are success",
        &["A09"],
        Otherwise(|got| Some(if matches!(got.status, 201 | 202) { Updated } else { Unknown })),
    ),
    killed(
        "a redirect is success",
        &["A09"],
        Otherwise(|got| Some(if (300..400).contains(&got.status) { Updated } else { Unknown })),
    ),
    killed(
        "a failing HTTP status is success where it has no code",
        &["A09"],
        Otherwise(|got| Some(if got.status >= 400 { Updated } else { Unknown })),
    ),
    killed(
        "HTTP 404 is success (nothing more to do)",
        &["A09"],
        Otherwise(|got| Some(if got.status == 404 { Updated } else { Unknown })),
    ),
    killed(
        "HTTP 500 is success (it was recorded all the same)",
        &["A09"],
        Otherwise(|got| Some(if got.status == 500 { Updated } else { Unknown })),
    ),
    killed(
        "HTTP 502 and 504 are success",
        &["A09"],
        Otherwise(|got| Some(if matches!(got.status, 502 | 504) { Updated } else { Unknown })),
    ),
    killed(
        "HTTP 503 and 429 are success, for they are tried again later",
        &["A09"],
        Otherwise(|got| Some(if matches!(got.status, 503 | 429) { Updated } else { Unknown })),
    ),
    equivalent(
        "a code 0 with HTTP 500 is success",
        "the code may be believed, and so may the HTTP status",
        Judge(|code, status| if code == 0 { Updated } else { right(code, status) }),
    ),
    recommended(
        "only text/xml is read",
        &["A08"],
        Conclude(|got| {
            Some(if got.header("content-type").is_some_and(|t| t.starts_with("text/xml")) {
                rightly(got)
            } else {
                Unknown
            })
        }),
    ),
    killed(
        "only text/xml; charset=utf-8 is read, all else is success",
        &["A08", "A09"],
        Conclude(|got| {
            Some(match got.header("content-type") {
                Some("text/xml; charset=utf-8") => rightly(got),
                Some(_) => Updated,
                None => Unknown,
            })
        }),
    ),
    killed(
        "HTML is success",
        &["A09"],
        Otherwise(|got| {
            Some(if got.header("content-type").is_some_and(|t| t.contains("html")) { Updated } else { Unknown })
        }),
    ),
    killed(
        "JSON is success",
        &["A09"],
        Otherwise(|got| {
            Some(if got.header("content-type").is_some_and(|t| t.contains("json")) { Updated } else { Unknown })
        }),
    ),
    killed(
        "JSON whose code is 0 anywhere is success",
        &["A09"],
        Otherwise(|got| {
            Some(if got.text().starts_with('{') && got.text().contains("\"code\":0") { Updated } else { Unknown })
        }),
    ),
    killed(
        "JSON without an error is success",
        &["A09"],
        Otherwise(|got| {
            Some(if got.text().starts_with('{') && !got.text().contains("error") { Updated } else { Unknown })
        }),
    ),
    killed(
        "plain text is success",
        &["A09"],
        Otherwise(|got| {
            Some(if got.header("content-type").is_some_and(|t| t.starts_with("text/plain")) {
                Updated
            } else {
                Unknown
            })
        }),
    ),
    killed(
        "a page that says success is success",
        &["A09"],
        Otherwise(|got| Some(if got.text().contains("success") && got.end == End::Whole { Updated } else { Unknown })),
    ),
    killed(
        "well-formed XML without a code is success",
        &["A09"],
        Otherwise(|got| {
            Some(if got.end == End::Whole && Document::parse(&got.text()).is_ok() { Updated } else { Unknown })
        }),
    ),
    killed(
        "a result without a code is success",
        &["A09"],
        Otherwise(|got| {
            Some(
                if got.end == End::Whole
                    && Document::parse(&got.text())
                        .is_ok_and(|d| d.root_element().has_tag_name("result") && children(&d).is_empty())
                {
                    Updated
                } else {
                    Unknown
                },
            )
        }),
    ),
    killed(
        "a result with an empty code is success",
        &["A09"],
        Otherwise(|got| {
            Some(
                if got.text().contains("<code></code>")
                    || got.text().contains("<code/>")
                    || got.text().contains("<code />")
                {
                    Updated
                } else {
                    Unknown
                },
            )
        }),
    ),
    killed(
        "XML about something else is success (WSDL)",
        &["A09"],
        Otherwise(|got| {
            Some(if Document::parse(&got.text()).is_ok_and(|d| d.root_element().tag_name().name() != "result") {
                Updated
            } else {
                Unknown
            })
        }),
    ),
    killed(
        "Restricted is success",
        &["A09"],
        Otherwise(|got| Some(if got.text().contains("Restricted") { Updated } else { Unknown })),
    ),
    killed(
        "what cannot be parsed is success (an empty catch)",
        &["A09"],
        Otherwise(|got| {
            Some(if got.end == End::Whole && got.status == 200 && Document::parse(&got.text()).is_err() {
                Updated
            } else {
                Unknown
            })
        }),
    ),
    recommended(
        "an error page with HTTP 200 is a refusal",
        &["A12"],
        Otherwise(|got| Some(if got.status == 200 && got.end == End::Whole { Rejected } else { Unknown })),
    ),
    recommended("whatever has no code is a refusal", &["A12"], Otherwise(|_| Some(Rejected))),
    recommended("whatever has no code crashes it", &["A12"], Otherwise(|_| None)),
    // Nothing whole came.
    killed(
        "a broken connection is success",
        &["R06"],
        Otherwise(|got| Some(if got.end == End::Broken && got.status == 0 { Updated } else { Unknown })),
    ),
    killed(
        "a broken body is success where HTTP said 200",
        &["R06"],
        Otherwise(|got| Some(if got.end == End::Broken && got.status == 200 { Updated } else { Unknown })),
    ),
    killed(
        "part of a body is read like a whole one",
        &["A09", "R06"],
        Otherwise(|got| {
            Some(match between(&got.text(), "<code>", "</code>") {
                Some("0") => Updated,
                _ => Unknown,
            })
        }),
    ),
    killed(
        "a timeout is success",
        &["R06"],
        Otherwise(|got| Some(if got.end == End::Stalled { Updated } else { Unknown })),
    ),
    killed(
        "a timeout within the body is success",
        &["R06"],
        Otherwise(|got| Some(if got.end == End::Stalled && got.status == 200 { Updated } else { Unknown })),
    ),
    recommended(
        "a broken connection is a refusal",
        &["A12"],
        Otherwise(|got| Some(if got.end == End::Broken { Rejected } else { Unknown })),
    ),
    killed(
        "no HTTP is success",
        &["A09"],
        Otherwise(|got| Some(if got.end == End::Garbage && got.status == 0 { Updated } else { Unknown })),
    ),
    killed(
        "an answer too long to be read is success",
        &["A09"],
        Otherwise(|got| Some(if got.end == End::Garbage && got.status == 200 { Updated } else { Unknown })),
    ),
    killed(
        "an answer that begins like a success is one",
        &["A09", "R06"],
        Otherwise(|got| Some(if got.text().starts_with("<result>\n  <code>0</code>") { Updated } else { Unknown })),
    ),
    // Over several answers.
    killed("the first answer counts where it asks again", &["A01"], RepeatsButBelievesTheFirst),
    killed("answers are kept by URL", &["Q13", "Q08"], CachesByUrl),
    killed("the answer of a lead is remembered", &["A01", "A04"], RemembersTheAnswer),
    recommended("says code 1 for every refusal", &["A06"], Says(|code| code.map(|c| c.min(1)))),
    recommended("says code 0 where none came", &["A06"], Says(|code| Some(code.unwrap_or(0)))),
    recommended("says the HTTP status for the code", &["A06"], Says(|code| code.map(|_| 200))),
];
