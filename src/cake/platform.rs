//! What ASP.NET and IIS answer before the method runs (basis: platform).

use crate::cake::policy::{FormPost, Policy};
use crate::protocol::{Answer, METHOD_NAME, Request, SERVICE_PATH};

/// How the answer to a call without a declared parameter begins.
pub const MISSING_PARAMETER: &str = "Missing parameter: ";

/// The answer to a request that never reaches `UpdateLeadStatus`, and why it does not; nothing for one that does.
pub fn before_the_method(request: &Request, policy: &Policy) -> Option<(Answer, String)> {
    let Some(behind_service) = strip_service(request.path()) else {
        let page = page("The resource cannot be found.", "The resource cannot be found.");
        return Some((Answer::new(404, Answer::HTML, page), format!("no service at {}", request.path())));
    };
    if matches!(&*request.method, "PUT" | "DELETE" | "PATCH" | "OPTIONS" | "TRACE") {
        let page = page("405 - HTTP verb used to access this page is not allowed.", "");
        return Some((Answer::new(405, Answer::HTML, page), format!("IIS does not allow {}", request.method)));
    }
    let method = behind_service.strip_prefix('/').unwrap_or_default();
    if method.is_empty() && behind_service.is_empty() && request.method == "GET" {
        let page = page("Buyers Web Service", "The following operations are supported: UpdateLeadStatus");
        return Some((Answer::new(200, Answer::HTML, page), "the service's help page, not the method".into()));
    }
    if method != METHOD_NAME {
        return Some(wrong_method(method));
    }
    verb(request, policy)
}

fn strip_service(path: &str) -> Option<&str> {
    let head = path.get(..SERVICE_PATH.len())?;
    let rest = &path[SERVICE_PATH.len()..];
    (head.eq_ignore_ascii_case(SERVICE_PATH) && (rest.is_empty() || rest.starts_with('/'))).then_some(rest)
}

fn wrong_method(method: &str) -> (Answer, String) {
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

fn verb(request: &Request, policy: &Policy) -> Option<(Answer, String)> {
    let unrecognised = || {
        let text = format!("Request format is unrecognized for URL unexpectedly ending in &#39;/{METHOD_NAME}&#39;.");
        Answer::new(500, Answer::HTML, page("Runtime Error", &text))
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

fn page(title: &str, text: &str) -> String {
    format!(
        "<!DOCTYPE html>\r\n<html>\r\n<head><title>{title}</title></head>\r\n<body><h2>{title}</h2><p>{text}</p></body>\r\n</html>\r\n"
    )
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
        let answer = before_the_method(&request, &Policy { form_post, ..Policy::default() })?.0;
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
            ("POST", METHOD_PATH, "application/json", 500, "Request format is invalid: application/json."),
            (
                "POST",
                "/api/1/buyers.asmx/UpdateLeadStatus?off",
                "application/x-www-form-urlencoded",
                500,
                "unrecognized",
            ),
            ("PUT", METHOD_PATH, "", 405, "not allowed"),
            ("GET", "/api/1/buyers.asmx", "", 200, "UpdateLeadStatus"),
            ("GET", "/api/2/buyers.asmx/UpdateLeadStatus", "", 404, "The resource cannot be found."),
            ("GET", "/", "", 404, "The resource cannot be found."),
        ] {
            let (got, body) = answer(method, target, content_type).unwrap();
            assert_eq!(got, status, "{method} {target}");
            assert!(body.contains(text), "{method} {target}: {body}");
        }
    }

    #[test]
    fn a_path_of_any_characters_is_taken_apart_safely() {
        assert_eq!(strip_service("/api/1/buyers.asmü"), None);
        assert_eq!(strip_service("/ü"), None);
        assert_eq!(strip_service(""), None);
    }
}
