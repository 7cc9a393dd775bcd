//! What ASP.NET and IIS answer before the method runs (basis: platform).

use crate::cake::policy::{FormPost, JsonCall, Policy};
use crate::protocol::{Answer, JSON, METHOD_NAME, Params, Request, SCRIPT_ERROR, SERVICE_PATH};

/// How the answer to a call without a declared parameter begins.
pub const MISSING_PARAMETER: &str = "Missing parameter: ";

/// The longest query that IIS lets through, in characters.
pub const LONGEST_QUERY: usize = 2_048;
/// The longest segment of a path that HTTP.sys lets through, in characters.
const LONGEST_SEGMENT: usize = 260;
/// The longest head that HTTP.sys lets through, request line and headers together, in bytes.
pub const LONGEST_HEAD: usize = 16_384;

/// An answer, and why it is given.
type Explained = (Answer, String);

/// The answer to a request that never reaches `UpdateLeadStatus`, and why it does not; nothing for one that does.
pub fn before_the_method(request: &Request, params: &Params, policy: &Policy) -> Option<Explained> {
    let (path, query) = request.path_and_query();
    if let Some(answer) = refused_by_iis(request, path, query) {
        return Some(answer);
    }
    let Some(behind_service) = strip_service(path) else {
        let text = "The resource cannot be found.";
        return Some((page(404, text, text), format!("no service at {path}")));
    };
    if behind_service.is_empty() {
        return Some(bare_service(request, query));
    }
    let method = behind_service.strip_prefix('/').unwrap_or_default();
    let dangerous_value = dangerous_value(request, params);
    if request.is_script_call() {
        let is_answered = policy.json_call == JsonCall::Answered && request.method == "GET" && method == METHOD_NAME;
        let why = "its Content-Type makes it a call by a script, which the service does not take";
        return (!is_answered || dangerous_value.is_some()).then(|| (script_error(), why.into()));
    }
    if dangerous_value.is_some() {
        return dangerous_value;
    }
    if method != METHOD_NAME {
        return Some(wrong_method(method));
    }
    verb(request, policy)
}

/// What IIS and HTTP.sys refuse before ASP.NET sees it.
fn refused_by_iis(request: &Request, path: &str, query: &str) -> Option<Explained> {
    let too_long = |what: &str, length: usize, unit: &str, longest: usize| {
        format!("{what} {length} {unit}; {longest} are allowed")
    };
    let head = request.raw_head.len();
    if head > LONGEST_HEAD {
        let why = too_long("the request line and the headers have", head, "bytes", LONGEST_HEAD);
        return Some((page(400, "Bad Request", "Bad Request - Request Too Long"), why));
    }
    let longest = path.split('/').map(str::len).max().unwrap_or(0);
    if longest > LONGEST_SEGMENT {
        let why = too_long("a segment of the path has", longest, "characters", LONGEST_SEGMENT);
        return Some((page(400, "Bad Request", "Bad Request - Invalid URL"), why));
    }
    if query.len() > LONGEST_QUERY {
        let text = "The request filtering module is configured to deny a request where the query string is too long.";
        let why = too_long("the query has", query.len(), "characters", LONGEST_QUERY);
        return Some((page(404, "404.15 - Query String Too Long", text), why));
    }
    if matches!(&*request.method, "PUT" | "DELETE" | "PATCH" | "OPTIONS" | "TRACE") {
        let page = page(405, "405 - HTTP verb used to access this page is not allowed.", "");
        return Some((page, format!("IIS does not allow {}", request.method)));
    }
    None
}

/// What a script gets whatever it was that failed.
pub fn script_error() -> Answer {
    Answer::new(500, JSON, SCRIPT_ERROR)
}

/// The service without a method: its description for programs, its help page for people, and SOAP for whoever posts.
fn bare_service(request: &Request, query: &str) -> Explained {
    match &*request.method {
        "GET" if query.eq_ignore_ascii_case("wsdl") => {
            (Answer::new(200, Answer::XML, WSDL), "the service's description, not the method".into())
        }
        "GET" => {
            let link = format!("<a href=\"buyers.asmx?op={METHOD_NAME}\">{METHOD_NAME}</a>");
            let text = format!("The following operations are supported: {link}");
            (page(200, "Buyers Web Service", &text), "the service's help page, not the method".into())
        }
        // Whatever its content type: SOAP looks at it before anything else does.
        "POST" => soap_fault(request),
        other => {
            let page = page(405, "Runtime Error", "Request format is unrecognized.");
            (page, format!("the service without a method answers no {other}"))
        }
    }
}

/// SOAP finds the method by a header; without it, or with one that it does not know, it goes no further.
fn soap_fault(request: &Request) -> Explained {
    let text = request.header("soapaction").map_or_else(
        || "Unable to handle request without a valid action parameter. Please supply a valid soap action.".to_owned(),
        |action| {
            let action = quick_xml::escape::partial_escape(action.trim_matches('"')).into_owned();
            format!("Server did not recognize the value of HTTP Header SOAPAction: {action}.")
        },
    );
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\"><soap:Body>\
         <soap:Fault><faultcode>soap:Client</faultcode><faultstring>{text}</faultstring><detail /></soap:Fault></soap:Body>\
         </soap:Envelope>"
    );
    (Answer::new(500, Answer::XML, body), "a POST to the service without a method is taken for SOAP".into())
}

/// The part of the service's description that concerns the one method.
const WSDL: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n\
<wsdl:definitions xmlns:wsdl=\"http://schemas.xmlsoap.org/wsdl/\" targetNamespace=\"http://cakemarketing.com/api/1/\">\r\n  \
<wsdl:portType name=\"buyersHttpGet\">\r\n    <wsdl:operation name=\"UpdateLeadStatus\" />\r\n  </wsdl:portType>\r\n\
</wsdl:definitions>";

/// ASP.NET's request validation: a value that looks like markup never reaches a method.
fn dangerous_value(request: &Request, params: &Params) -> Option<Explained> {
    let (name, value, at) = params.iter().find_map(|(name, value)| {
        let at = markup_in(&value)?;
        Some((name, value, at))
    })?;
    let collection = if request.is_form_post() { "Form" } else { "QueryString" };
    let text = format!(
        "A potentially dangerous Request.{collection} value was detected from the client ({name}=\"{}\").",
        excerpt(&value, at)
    );
    let body = format!("{}\r\n", quick_xml::escape::escape(&text));
    let why = format!("ASP.NET refuses the value of {name} because of {:?}", &value[at..at + 2]);
    Some((Answer::new(500, Answer::TEXT, body), why))
}

/// Where a `<` begins a tag, or `&#` a character reference.
fn markup_in(value: &str) -> Option<usize> {
    // Most values have neither. No byte within a longer character is one of these.
    if !value.bytes().any(|byte| matches!(byte, b'<' | b'&')) {
        return None;
    }
    value.as_bytes().windows(2).position(|two| match two {
        [b'<', next] => next.is_ascii_alphabetic() || matches!(next, b'!' | b'/' | b'?'),
        [b'&', next] => *next == b'#',
        _ => false,
    })
}

/// Ten characters before the markup and twenty from it on, as ASP.NET quotes it.
fn excerpt(value: &str, at: usize) -> String {
    let start = value[..at].char_indices().rev().nth(9).map_or(0, |(start, _)| start);
    let end = value[at..].char_indices().nth(20).map_or(value.len(), |(length, _)| at + length);
    let opening = if start > 0 { "..." } else { "" };
    let ending = if end < value.len() { "..." } else { "" };
    format!("{opening}{}{ending}", &value[start..end])
}

fn strip_service(path: &str) -> Option<&str> {
    let head = path.get(..SERVICE_PATH.len())?;
    let rest = &path[SERVICE_PATH.len()..];
    (head.eq_ignore_ascii_case(SERVICE_PATH) && (rest.is_empty() || rest.starts_with('/'))).then_some(rest)
}

fn wrong_method(method: &str) -> Explained {
    let escaped = quick_xml::escape::escape(method);
    let text = if method.eq_ignore_ascii_case(METHOD_NAME) {
        format!(
            "Invalid method name &#39;{escaped}&#39;,  method names are case sensitive.   The method name \
             &#39;{METHOD_NAME}&#39; with the same name but different casing was found.\r\nParameter name: methodName\r\n"
        )
    } else {
        format!("{escaped} Web Service method name is not valid.\r\n")
    };
    (Answer::new(500, Answer::TEXT, text), format!("no method {method:?}; {METHOD_NAME:?} is"))
}

fn verb(request: &Request, policy: &Policy) -> Option<Explained> {
    let unrecognised = || {
        let text = format!("Request format is unrecognized for URL unexpectedly ending in &#39;/{METHOD_NAME}&#39;.");
        page(500, "Runtime Error", &text)
    };
    match &*request.method {
        "GET" => None,
        "POST" if request.is_form_post() && policy.form_post == FormPost::Answered => None,
        "POST" if request.is_form_post() => Some((unrecognised(), "form POST is not enabled".into())),
        "POST" => {
            let text = format!("Request format is invalid: {}.\r\n", quick_xml::escape::escape(&request.content_type));
            let why = format!("a POST with content type {:?}", request.content_type);
            Some((Answer::new(500, Answer::TEXT, text), why))
        }
        other => Some((unrecognised(), format!("{other} is not a verb the method answers"))),
    }
}

/// What is answered where something fails that nobody thought of (platform).
pub fn runtime_error() -> Answer {
    page(500, "Runtime Error", "Server Error in &#39;/&#39; Application.")
}

fn page(http_status: u16, title: &str, text: &str) -> Answer {
    let html = format!(
        "<!DOCTYPE html>\r\n<html>\r\n<head><title>{title}</title></head>\r\n<body><h2>{title}</h2><p>{text}</p></body>\r\n</html>\r\n"
    );
    Answer::new(http_status, Answer::HTML, html)
}

#[cfg(test)]
mod tests {
    use super::{before_the_method, strip_service};
    use crate::cake::policy::{FormPost, Policy};
    use crate::protocol::{METHOD_PATH, Request};

    fn answer(method: &str, target: &str, content_type: &str) -> Option<(u16, String)> {
        let form_post = if target.contains("off") { FormPost::NotEnabled } else { FormPost::Answered };
        let request = Request {
            method: method.into(),
            target: target.into(),
            content_type: content_type.into(),
            body: "".into(),
            raw_head: "".into(),
        };
        let answer = before_the_method(&request, &request.params(), &Policy { form_post, ..Policy::default() })?.0;
        Some((answer.http_status, answer.text().into_owned()))
    }

    #[test]
    fn a_get_of_the_method_reaches_it_whatever_the_case_of_the_service() {
        assert_eq!(answer("GET", METHOD_PATH, ""), None);
        assert_eq!(answer("GET", "/API/1/Buyers.asmx/UpdateLeadStatus?x=y", ""), None);
        assert_eq!(answer("POST", METHOD_PATH, "application/x-www-form-urlencoded"), None);
    }

    #[test]
    fn everything_else_gets_the_platforms_error() {
        for (method, target, content_type, status, text) in [
            ("GET", "/api/1/buyers.asmx/updateleadstatus", "", 500, "method names are case sensitive"),
            ("GET", "/api/1/buyers.asmx/Foo", "", 500, "Foo Web Service method name is not valid."),
            ("GET", "/api/1/buyers.asmx/UpdateLeadStatus/", "", 500, "UpdateLeadStatus/ Web Service"),
            ("HEAD", METHOD_PATH, "", 500, "unexpectedly ending in"),
            ("POST", METHOD_PATH, "text/plain", 500, "Request format is invalid: text/plain."),
            (
                "POST",
                "/api/1/buyers.asmx/UpdateLeadStatus?off",
                "application/x-www-form-urlencoded",
                500,
                "unrecognized",
            ),
            ("PUT", METHOD_PATH, "", 405, "not allowed"),
            ("GET", "/api/1/buyers.asmx", "", 200, "UpdateLeadStatus"),
            ("HEAD", "/api/1/buyers.asmx", "", 405, "Request format is unrecognized."),
            ("POST", "/api/1/buyers.asmx", "text/xml", 500, "<faultstring>Unable to handle request without a valid"),
            (
                "GET",
                METHOD_PATH,
                "application/json",
                500,
                "{\"Message\":\"There was an error processing the request.\"",
            ),
            ("POST", "/api/1/buyers.asmx/Foo", "application/json; charset=utf-8", 500, "{\"Message\":"),
            ("GET", "/api/1/buyers.asmx", "application/json", 200, "UpdateLeadStatus"),
            ("GET", "/api/1/buyers.asmx?WSDL", "", 200, "<wsdl:operation name=\"UpdateLeadStatus\" />"),
            (
                "GET",
                "/api/1/buyers.asmx/UpdateLeadStatus?status=%3Cscript%3E",
                "",
                500,
                "value was detected from the client (status=&quot;&lt;script&gt;&quot;).",
            ),
            (
                "GET",
                "/api/1/buyers.asmx/UpdateLeadStatus?note=0123456789ab%26%2365;0123456789012345678",
                "",
                500,
                "(note=&quot;...23456789ab&amp;#65;012345678901234...&quot;).",
            ),
            ("GET", "/api/2/buyers.asmx/UpdateLeadStatus", "", 404, "The resource cannot be found."),
            ("GET", "/", "", 404, "The resource cannot be found."),
        ] {
            let (got, body) = answer(method, target, content_type).unwrap();
            assert_eq!(got, status, "{method} {target}");
            assert!(body.contains(text), "{method} {target}: {body}");
        }
    }

    #[test]
    fn what_is_too_long_is_refused_by_iis() {
        let query = |length| format!("{METHOD_PATH}?{}", "x".repeat(length));
        assert_eq!(answer("GET", &query(2_048), ""), None);
        assert_eq!(answer("GET", &query(2_049), "").unwrap().0, 404);
        let segment = |length| format!("/{}", "x".repeat(length));
        assert_eq!(answer("GET", &segment(260), "").unwrap().0, 404);
        assert_eq!(answer("GET", &segment(261), "").unwrap().0, 400);
    }

    #[test]
    fn a_lone_bracket_is_no_markup() {
        for value in ["a+%3C+b", "1%3C2", "%26", "%26amp;", "%3C"] {
            assert_eq!(answer("GET", &format!("{METHOD_PATH}?note={value}"), ""), None, "{value}");
        }
    }

    #[test]
    fn a_path_of_any_characters_is_taken_apart_safely() {
        assert_eq!(strip_service("/api/1/buyers.asmü"), None);
        assert_eq!(strip_service("/ü"), None);
        assert_eq!(strip_service(""), None);
    }
}
