//! Form `url`: a URL that nothing else explains.

use std::collections::HashMap;
use std::ops::Range;

use super::address::{form_encoded, get, request};
use super::assigned::Assigned;
use super::found::{Found, item, mark};
use super::links;
use super::text::{METHODS, line_start, time_at_start};
use super::wrapped::floor_boundary;
use crate::protocol::METHOD_NAME;
use crate::support::json::{self, Node};
use crate::support::phrases::Says;
use crate::support::ticket::{Form, MarkKind, Request};
use crate::support::traced::{Traced, View};

/// As many values of a body are looked at.
const MOST: usize = 200;

/// Every URL in the free parts of the view that could be meant for CAKE. The same one counts once, unless something that
/// another reader took, such as an answer, stands between the two.
pub(super) fn find(view: &View<'_>, free: &[Range<usize>], found: &mut Found) {
    let mut known: HashMap<(Vec<u8>, Option<&str>), usize> = HashMap::new();
    let names = Assigned::of(&view.text);
    let mut base: Option<Traced> = None;
    for part in free {
        for mut link in links::find(view, part.clone()) {
            cut_by_shell(view, part.start, &mut link);
            add_base(view, part.start, &names, &mut link);
            // `UpdateLeadStatus?…` below `BaseAddress = new Uri("https://…/buyers.asmx/")`.
            if let Some(base) = base.as_ref().filter(|base| continues(base, &link.url)) {
                let mut url = base.clone();
                url.append(&link.url);
                link.url = url;
            } else if link.url.bytes().starts_with(b"http") && link.url.bytes().ends_with(b"/") {
                base = Some(link.url.clone());
            }
            if is_query(&link.url, &view.text[..link.part.end]) {
                let mut url = Traced::standing_for("?", link.url.place(0..0));
                url.append(&link.url);
                link.url = url;
            }
            add_method(view, part.end, &mut link);
            let time = time_before(view, part.start, link.part.start);
            // curl tells of the URL that a redirect leads to, and of its request below.
            let is_of_curl = before_in_line(view, part.start, link.part.start).starts_with("* ");
            if is_of_curl || !links::concerns_cake(&link.url) {
                continue;
            }
            let before = known.insert((link.url.bytes().to_vec(), time), part.start);
            if before == Some(part.start) {
                continue;
            }
            // `GET .../api/…` is how documentation names it.
            let is_short = link.url.bytes().starts_with(b"...") || link.url.text().starts_with('…');
            let method = method_before(view, part.start, link.part.start).filter(|_| !is_short);
            let method = method.or_else(|| posted_empty(view, part, link.part.start)).unwrap_or_else(|| get(&link.url));
            if let Some(query) = httpie(view, link.part.end, part.end).filter(|_| !link.url.text().contains('?')) {
                link.url.push(b"?", query.whole());
                link.url.append(&query);
            }
            let body = if method.text() == "GET" { None } else { json_below(view, link.part.end, part.end) };
            let place = link.part.start..body.as_ref().map_or(link.part.end, |body| body.end);
            let mut item = item(view, place.clone(), Form::Url);
            item.logged.time = time.map(str::to_owned);
            item.request = Some(Request { body: body.map(|body| view.traced(body)), ..request(method, &link.url) });
            item.marks = link.marks;
            item.is_repeat = before.is_some();
            found.item(place, item);
        }
    }
}

/// Whether a path without a slash in front belongs to the base address above it.
fn continues(base: &Traced, path: &Traced) -> bool {
    let file = if base.bytes().ends_with(b".asmx/") { METHOD_NAME } else { "buyers.asmx/" };
    path.bytes().starts_with(file.as_bytes())
}

/// That the variable which holds a URL is posted, and nothing with it: `var url = "…"; client.PostAsync(url, null)`.
fn posted_empty(view: &View<'_>, part: &Range<usize>, start: usize) -> Option<Traced> {
    let before = before_in_line(view, part.start, start).trim_end_matches(['"', '\'', '`', '$', '@', 'f', ' ']);
    let before = before.strip_suffix('=')?.trim_end().trim_end_matches(':');
    let name = before.rsplit(|c: char| !c.is_alphanumeric() && c != '_').next().filter(|name| !name.is_empty())?;
    let to = view.text.floor_char_boundary(part.end.min(start + MOST_BEHIND));
    let code = view.text[start..to].to_ascii_lowercase();
    let name = name.to_ascii_lowercase();
    let at = [format!("post({name}"), format!("postasync({name}"), format!("post(${name}")];
    let behind = at.iter().find_map(|call| code.split_once(call.as_str())).map(|(_, behind)| behind.trim_start())?;
    let is_empty =
        behind.starts_with(')') || [", null)", ",null)", ", none)", ", nil)"].iter().any(|end| behind.starts_with(end));
    is_empty.then(|| Traced::standing_for("POST", view.place(start..start)))
}

/// What stands before a place in its line, as far as it is looked at.
fn before_in_line<'v>(view: &'v View<'_>, floor: usize, start: usize) -> &'v str {
    &view.text[line_start(&view.text, start, floor.max(floor_boundary(&view.text, start)))..start]
}

/// Whether a text in quotes is a query alone: `"api_key=…&lead_id=…"`.
fn is_query(url: &Traced, before_end: &str) -> bool {
    let text = url.text();
    before_end.ends_with(['"', '\'', '`'])
        && ["api_key=", "lead_id="].iter().any(|name| text.starts_with(name))
        && text.says(&["&lead_id=", "&status=", "&api_key="])
        && !text.contains(['?', '\n'])
}

/// So far behind its base address the method is looked for.
const MOST_BEHIND: usize = 4_000;

/// Puts the method behind a base address, where a call of the code has it: `baseURL: '…/buyers.asmx'`, `.post('/UpdateLeadStatus', …)`.
fn add_method(view: &View<'_>, limit: usize, link: &mut links::Link) {
    if !link.url.text().trim_end_matches('/').to_ascii_lowercase().ends_with("/buyers.asmx") {
        return;
    }
    let end = view.text.floor_char_boundary(limit.min(link.part.end + MOST_BEHIND)).max(link.part.end);
    let text = &view.text[link.part.end..end];
    let quoted = |(at, name): (usize, &str)| {
        let before = text[..at].strip_suffix('/').unwrap_or(&text[..at]);
        let (around, mark) = before.char_indices().next_back().filter(|(_, c)| matches!(c, '\'' | '"' | '`'))?;
        // In prose, backticks stand around a name.
        let is_call = mark != '`' || before.len() < at || before[..around].ends_with('(');
        let end = at + name.len();
        // A slash behind the method is sent too.
        let end = end + usize::from(text[end..].starts_with('/'));
        (is_call && text[end..].starts_with(mark)).then(|| (at, around..end + 1))
    };
    let Some((at, named)) = text.match_indices(METHOD_NAME).find_map(quoted) else { return };
    let part = link.part.end + named.start..link.part.end + named.end;
    let len = link.url.text().trim_end_matches('/').len();
    let mut url = link.url.slice(0..len);
    url.push(b"/", view.place(part.start + 1..part.start + 1));
    url.append(&view.traced(link.part.end + at..part.end - 1));
    link.url = url;
    link.part = part;
}

/// Puts before a URL what a variable holds of it: `f"{BASE}?api_key=…"`, `base + "?api_key=…"`.
fn add_base(view: &View<'_>, floor: usize, names: &Assigned<'_>, link: &mut links::Link) {
    let variable = link.base.as_ref().map(|base| base.text().into_owned());
    let name = match &variable {
        Some(variable) => variable.trim_matches(['{', '}', '#', ' ']).trim_start_matches("${"),
        None if link.url.text().contains("://") => return,
        None => joined_to(before_in_line(view, floor, link.part.start)),
    };
    let name = name.rsplit(['.', '>']).next().unwrap_or(name);
    // Ruby and shells write `$` only where they read a variable, PHP everywhere.
    let literal = names.beginning(name).or_else(|| names.beginning(name.trim_start_matches('$')));
    let Some(Node::String(part)) = literal.filter(|literal| view.text[literal.part()].contains("://")) else { return };
    let mut url = view.traced(part);
    url.append(&link.url);
    link.url = url;
}

/// The name of what a text in quotes is put behind, before which it stands: `base + `, `$base . `, `url += f`.
fn joined_to(before: &str) -> &str {
    let code = before.trim_end_matches(['"', '\'', '`']).trim_end_matches(['f', '$', '@']).trim_end();
    let code = code.strip_suffix('=').unwrap_or(code);
    let Some(code) = code.strip_suffix(['+', '.', '&']).map(str::trim_end) else { return "" };
    &code[code.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || "_$.>-".contains(c)).len()..]
}

/// The time in front of a URL in its line: what was sent twice is two updates.
fn time_before<'v>(view: &'v View<'_>, floor: usize, start: usize) -> Option<&'v str> {
    time_at_start(before_in_line(view, floor, start))
}

/// What `http` of the `HTTPie` project sends behind a URL, `lead_id==9A41C07E status=='In Progress'`, as a query.
fn httpie(view: &View<'_>, start: usize, limit: usize) -> Option<Traced> {
    let mut query = Traced::default();
    let mut at = start;
    while let Some(rest) = view.text[at..limit].strip_prefix(' ') {
        let word = at + 1;
        let name =
            rest.split(char::is_whitespace).next().and_then(|token| token.split_once("==")).map(|(name, _)| name);
        let Some(sign) = name.filter(|name| !name.is_empty() && !name.contains('/')).map(str::len) else { break };
        let value = word + sign + 2;
        let quote = view.text[value..limit].chars().next().filter(|c| matches!(c, '"' | '\''));
        let inner = value + usize::from(quote.is_some());
        let is_end = |c: char| quote.map_or(c.is_whitespace(), |quote| c == quote);
        let end = inner + view.text[inner..limit].find(is_end).unwrap_or(limit - inner);
        query.join("&", &Traced::pair(&view.traced(word..word + sign), &form_encoded(&view.traced(inner..end))));
        at = end + usize::from(quote.is_some() && end < limit);
    }
    (!query.is_empty()).then_some(query)
}

/// The JSON in the lines below a URL that is not asked for by GET.
fn json_below(view: &View<'_>, start: usize, limit: usize) -> Option<std::ops::Range<usize>> {
    let at = start + view.text[start..limit].len() - view.text[start..limit].trim_start().len();
    let is_below = view.text[start..at].contains('\n') && view.text[at..limit].starts_with('{');
    is_below.then(|| at..json::parse(&view.text, at, limit, MOST).end)
}

/// `wget` takes a URL from a shell, which ends the command at an `&` outside quotes.
fn cut_by_shell(view: &View<'_>, floor: usize, link: &mut links::Link) {
    let before = before_in_line(view, floor, link.part.start);
    let is_bare = before.ends_with(' ')
        && !view.text[link.part.start..].starts_with(['"', '\'', '“', '‘', '<'])
        && before.split_whitespace().any(|word| word == "wget" || word.ends_with("/wget"));
    let Some(at) = link.url.bytes().iter().position(|byte| *byte == b'&').filter(|_| is_bare) else { return };
    let rest = link.url.slice(at..link.url.len());
    link.marks.push(mark(MarkKind::ShellAmpersand, rest.whole(), rest.text().trim_start_matches('&')));
    link.url = link.url.slice(0..at);
}

/// The method, where one stands right before the URL.
fn method_before(view: &View<'_>, floor: usize, start: usize) -> Option<Traced> {
    let line = line_start(&view.text, start, floor);
    let before = view.text[line..start].trim_end();
    // `open("POST", "https://…")`
    let quotes = ['"', '\'', '`'];
    let argument = before.strip_suffix(quotes).unwrap_or(before).trim_end().strip_suffix(',');
    let is_argument = argument.is_some_and(|before| before.ends_with(quotes));
    let before = argument.filter(|_| is_argument).map_or(before, |before| before.trim_end_matches(quotes));
    let word = before.rsplit(|c: char| !c.is_ascii_alphabetic()).next()?;
    let is_alone = before.len() < view.text[line..start].len() && METHODS.contains(&word);
    is_alone.then(|| Traced::standing_for(word, view.place(line + before.len() - word.len()..line + before.len())))
}

#[cfg(test)]
mod tests {
    use crate::support::read::read;

    fn targets(text: &str) -> Vec<String> {
        let requests = read(text.as_bytes()).items.into_iter().filter_map(|item| item.request);
        requests.map(|request| request.target().text().into_owned()).collect()
    }

    #[test]
    fn what_a_variable_holds_of_a_url_is_put_before_the_rest() {
        let path = "/api/1/buyers.asmx/UpdateLeadStatus";
        for code in [
            "base = 'URL'\nr = get(f\"{base}?api_key=K&lead_id=L1\")",
            "const base = 'URL';\nconst url = `${base}?api_key=K&lead_id=L1`;",
            "base = \"URL\"\nuri = URI(\"#{base}?api_key=K&lead_id=L1\")",
            "$base = 'URL';\n$r = file_get_contents(\"$base?api_key=K&lead_id=L1\");",
            "$base = 'URL';\n$r = file_get_contents(\"{$base}?api_key=K&lead_id=L1\");",
            "$base = 'URL';\n$url = $base . '?api_key=K&lead_id=L1';",
            "$url = 'URL';\n$url .= '?api_key=K&lead_id=L1';",
            "String base = \"URL\";\nString url = base + \"?api_key=K&lead_id=L1\";",
            "self.base = 'URL'\nr = get(f\"{self.base}?api_key=K&lead_id=L1\")",
            "this.base = 'URL';\nget(`${this.base}?api_key=K&lead_id=L1`)",
            "base = \"URL\"\nurl = base & \"?api_key=K&lead_id=L1\"",
        ] {
            let code = code.replace("URL", &format!("https://h.example{path}"));
            assert_eq!(targets(&code), [format!("{path}?api_key=K&lead_id=L1")], "{code}");
        }
        // Of what the ticket does not have, only the rest is known.
        assert_eq!(targets("r = get(f\"{base}?api_key=K&lead_id=L1\")"), ["/?api_key=K&lead_id=L1"]);
        for call in ["get('/UpdateLeadStatus')", "get(`UpdateLeadStatus`)", "get(`/UpdateLeadStatus`)"] {
            let code = format!("base = 'https://h.example/api/1/buyers.asmx'\n{call}");
            assert_eq!(targets(&code), [path], "{code}");
        }
        let prose = "We send to https://h.example/api/1/buyers.asmx. The method is `UpdateLeadStatus`.";
        assert_eq!(targets(prose), ["/api/1/buyers.asmx"]);
        let service = "BASE = 'https://h.example/api/1/buyers.asmx'\nget(f\"{BASE}/UpdateLeadStatus?api_key=K\")";
        assert_eq!(targets(service), [format!("{path}?api_key=K")]);
    }

    #[test]
    fn the_same_update_at_two_times_of_a_log_is_two() {
        let url = "https://h.example/api/1/buyers.asmx/UpdateLeadStatus?api_key=K&lead_id=L1";
        assert_eq!(targets(&format!("{url}\nWe called {url}")).len(), 1);
        for log in [
            format!("2026-11-24 13:02:10,114 INFO GET {url}\n2026-11-24 13:02:21 INFO GET {url}"),
            format!("[2026-11-24T13:02:10] {url}\n[2026-11-24T13:02:21] {url}"),
            format!("13:02:10 {url}\n13:02:21 {url}"),
        ] {
            assert_eq!(targets(&log).len(), 2, "{log}");
        }
    }
}
