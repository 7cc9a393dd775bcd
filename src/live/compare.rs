//! Each answer compared with what is known: documented, platform, or assumed.

use super::probe::{KeyUsed, Probe};
use super::report::{Finding, KeyShown, Probed};
use super::request::Planned;
use super::stop::{in_brief, is_html};
use super::target::Target;
use super::tls::TlsSeen;
use crate::cake::MISSING_PARAMETER;
use crate::plural::plural;
use crate::protocol::{Answer, Code, METHOD_NAME, Update, xml};
use crate::scenario::Basis::{Assumed, Documented, Platform};

/// A chain that ends sooner than this is worth a warning.
const SOON_DAYS: u64 = 30;

/// What the answer to a probe shows.
pub(super) fn compare(
    planned: &Planned,
    answer: &Result<Answer, String>,
    tls: Option<&TlsSeen>,
    target: &Target,
) -> Vec<Finding> {
    let probe = planned.probe;
    let mut findings = match (probe, answer) {
        (Probe::Tls12 | Probe::Tls13, answer) => of_tls_version(probe, answer),
        (Probe::PlainHttp, answer) => vec![of_plain_http(answer.as_ref().ok(), target)],
        // That there is none is counted elsewhere.
        (_, Err(_)) => Vec::new(),
        (probe, Ok(answer)) if probe.may_write() => of_update(planned, answer),
        (_, Ok(answer)) => of_answer(probe, answer),
    };
    if probe == Probe::HelpPage
        && let Some(tls) = tls
    {
        findings.extend(of_certificates(tls));
    }
    findings
}

/// What the answers to the two keys show of the real one.
pub(super) fn key_shown(answers: &[(Planned, Answer)], has_key: bool, target: &Target) -> KeyShown {
    let code = |probe| answers.iter().find(|(of, _)| of.probe == probe).map(|(_, answer)| answer.code());
    let is_refused =
        |(of, answer): &(Planned, Answer)| of.probe.key() == KeyUsed::Real && answer.code() == Some(Code::INVALID_KEY);
    let not_shown = |why: &str| KeyShown::NotShown { why: why.to_owned() };
    match (code(Probe::Key), code(Probe::MadeUpKey)) {
        (Some(Some(Code(2..))), _) if answers.iter().any(is_refused) => {
            not_shown("it gets code 1 at times, and other codes at others")
        }
        (None, _) if !has_key => not_shown("no key was given"),
        (None, _) if !target.keeps_keys_secret() => not_shown("it is not sent unencrypted"),
        (None, _) => not_shown("it was not sent, or had no answer"),
        (Some(None), _) => not_shown("the answer to it has no code"),
        (Some(Some(Code(1))), _) => KeyShown::Wrong,
        (Some(Some(Code(0))), _) => not_shown("the endpoint accepts what does not exist"),
        (Some(Some(Code(2..=4))), Some(Some(Code(1)))) => KeyShown::Right,
        (Some(Some(_)), Some(Some(Code(1)))) => not_shown("the code of the answer to it is not documented"),
        (Some(_), None) => not_shown("no made-up key was sent on the same query"),
        (Some(_), Some(_)) => not_shown("a made-up key does not get code 1 on the same query"),
    }
}

fn of_answer(probe: Probe, answer: &Answer) -> Vec<Finding> {
    let text = answer.text();
    let (status, code) = (answer.http_status, answer.code());
    let refused = |what: &str| {
        let how = if status == 500 { "is refused with another text" } else { "is not refused" };
        format!("{what} {how}")
    };
    let platform = |is_so: bool, what: &str, expected: &str| {
        let help = format!("CAKE's platform answers {expected}");
        if is_so { vec![] } else { vec![Finding::new(Platform, format!("{what}: {}", in_brief(answer)), help)] }
    };
    match probe {
        Probe::HelpPage => {
            let is_so = status == 200 && is_html(answer) && text.contains(METHOD_NAME);
            platform(
                is_so,
                if status == 200 { "the page does not name UpdateLeadStatus" } else { "the help page is not shown" },
                "HTTP 200 and a page that names UpdateLeadStatus, unless it is switched off",
            )
        }
        Probe::Wsdl => {
            let is_so = status == 200 && text.contains(METHOD_NAME) && text.contains("definitions");
            platform(
                is_so,
                "?WSDL gives no description",
                "HTTP 200 and text/xml that names UpdateLeadStatus, unless it is switched off",
            )
        }
        Probe::OtherCase => {
            let is_so = status == 500 && text.contains("method names are case sensitive");
            platform(is_so, &refused("a method's name in lower case"), "HTTP 500 `Invalid method name`")
        }
        Probe::Head => platform(status == 500, "HEAD is not refused", "HTTP 500"),
        Probe::UnknownType => {
            let is_so = status == 500 && text.contains("Request format is invalid");
            platform(is_so, &refused("a POST of text/plain"), "HTTP 500 `Request format is invalid: text/plain.`")
        }
        Probe::MissingParameter => match code {
            _ if text.starts_with(MISSING_PARAMETER) => {
                let line = text.lines().next().unwrap_or_default();
                vec![knob(format!("a call without api_key gets HTTP {status} {line:?}"), "missing_parameter: error")]
            }
            Some(Code(0)) => vec![success_for_nothing("without a key")],
            Some(Code(code)) => {
                vec![knob(format!("a call without api_key gets code {code}"), "missing_parameter: empty")]
            }
            None => platform(false, "a call without a key", "HTTP 500 `Missing parameter: api_key.`"),
        },
        Probe::Json => match code {
            Some(Code(0)) => vec![success_for_nothing("for a made-up key, as JSON")],
            Some(Code(code)) => vec![knob(format!("a JSON call gets code {code}"), "json_call: answered")],
            None if status == 500 && text.trim_start().starts_with('{') => {
                vec![knob("a JSON call is refused with HTTP 500", "json_call: refused")]
            }
            None => platform(false, "a JSON call", "HTTP 500 with an error as JSON, or `{\"d\":…}`"),
        },
        Probe::FormPost => match code {
            Some(Code(0)) => vec![success_for_nothing("for a made-up key, as a form")],
            Some(Code(code)) => vec![knob(format!("a form POST gets code {code}"), "form_post: answered")],
            None if status == 500 && text.contains("Request format is unrecognized") => {
                vec![knob("a form POST is refused with HTTP 500", "form_post: not_enabled")]
            }
            None => platform(false, "a form POST", "like a GET, or HTTP 500 `Request format is unrecognized`"),
        },
        Probe::MadeUpKey | Probe::Key => of_call(probe == Probe::Key, answer),
        // What these show is learnt from all of them together.
        _ => Vec::new(),
    }
}

/// The answer to an update that may have changed a lead.
fn of_update(planned: &Planned, answer: &Answer) -> Vec<Finding> {
    // Without one the run stops.
    let Some(Code(code)) = answer.code() else { return Vec::new() };
    let failed = |message: String, help: &str| vec![Finding::new(Documented, format!("{planned}: {message}"), help)];
    let of_code = match (planned.probe, code) {
        (Probe::UnknownStatus | Probe::StatusCase, 3)
        | (Probe::Status | Probe::SubStatus | Probe::Field | Probe::LeftIn, 0) => Vec::new(),
        (Probe::UnknownStatus | Probe::StatusCase, 0) => {
            let help = "code 3 is documented for a status that is not configured; ask the network what it does with such names";
            failed("code 0, taken though it is not configured".to_owned(), help)
        }
        (Probe::UnknownSubStatus, 0) => vec![knob("an unknown sub-status is taken", "unknown_sub_status: accepted")],
        (Probe::UnknownSubStatus, 3) => vec![knob("an unknown sub-status gets code 3", "unknown_sub_status: refused")],
        (Probe::LeadInOtherCase, 3) => {
            vec![knob(
                "a lead ID in another letter case is found, or the status is checked before it",
                "lead_id_case, check_order",
            )]
        }
        (Probe::LeadInOtherCase, 2) => {
            vec![knob("a lead ID in another letter case gets code 2", "lead_id_case: matters")]
        }
        (_, code) => failed(
            format!(
                "code {code}{}",
                xml::read(&answer.body).map_or_else(|_| String::new(), |reading| format!(", {:?}", reading.msg))
            ),
            match code {
                1 => "compare the key with the Buyer Card, Home tab",
                2 => "ask the network whether this lead is yours, and correct `account: leads:`",
                3 if planned.probe == Probe::LeftIn => {
                    "compare `left_in` in the network's file with what the network has configured"
                }
                3 => "compare `statuses` in the network's file with what the network has configured",
                4 => "ask the network to enable Lead Statuses: Setup > Settings > Lead Gen Settings",
                _ => "codes 0 to 4 are documented; ask the network what this one means",
            },
        ),
    };
    let of_success = (code == 0 && answer.http_status != 200).then(|| {
        let message = format!("{planned}: HTTP {} for code 0", answer.http_status);
        Finding::new(
            Platform,
            message,
            "CAKE's platform answers HTTP 200; a client that looks at it takes this for a failure",
        )
    });
    of_code.into_iter().chain(of_success).chain(of_format(&format!("{planned}: "), answer)).collect()
}

/// A code that is not in XML.
fn of_format(whose: &str, answer: &Answer) -> Option<Finding> {
    let message = format!("{whose}the answer is not XML: {:?}", answer.content_type);
    let help = "the article documents XML; a client that reads XML finds no code in it";
    xml::read(&answer.body).is_err().then(|| Finding::new(Documented, message, help))
}

/// Takes back what follows from a refusal only where the rest of the update is right: no other was taken.
pub(super) fn withdraw_what_does_not_follow(probes: &mut [Probed]) {
    let updates = |is_meant: fn(&Probed) -> bool| -> Vec<Update> {
        probes.iter().filter(|probed| is_meant(probed)).filter_map(|probed| probed.update.clone()).collect()
    };
    let taken = updates(|probed| probed.is_taken);
    let with_sub_statuses = updates(|probed| matches!(probed.probe, Probe::SubStatus | Probe::LeftIn));
    let has_sub_status = |update: &&Update| update.sub_status.is_some();
    for probed in probes.iter_mut().filter(|probed| !probed.is_taken) {
        let Some(update) = &probed.update else { continue };
        let is_same = |other: &&Update| other.status == update.status;
        let is_shown = match probed.probe {
            // Where one of its sub-statuses was sent, one has to be taken.
            Probe::UnknownSubStatus if with_sub_statuses.iter().filter(is_same).any(|other| has_sub_status(&other)) => {
                taken.iter().filter(is_same).any(|other| has_sub_status(&other))
            }
            Probe::UnknownSubStatus => taken.iter().any(|other| is_same(&other)),
            Probe::LeadInOtherCase => taken.iter().any(|other| other.lead_id != update.lead_id),
            _ => true,
        };
        if !is_shown {
            let why = "its answer shows nothing: the same update with the right name was not taken either";
            probed.findings.retain(|finding| finding.basis != Assumed);
            probed.findings.push(Finding::new(Assumed, why, ""));
        }
    }
}

/// The answer to a whole call, with the real key or a made-up one.
fn of_call(is_real: bool, answer: &Answer) -> Vec<Finding> {
    let status = answer.http_status;
    // Without one the run stops.
    let Some(code) = answer.code() else { return Vec::new() };
    let whose = if is_real { "your key" } else { "a made-up key" };
    let mut findings = match (code.0, is_real) {
        (0, _) => vec![success_for_nothing(&format!("for {whose}"))],
        (1, true) => {
            vec![Finding::new(
                Documented,
                "code 1 for your key: CAKE does not know it",
                "compare it with the Buyer Card, Home tab",
            )]
        }
        (4, _) => {
            let help = "ask the network to enable them: Setup > Settings > Lead Gen Settings";
            vec![Finding::new(Documented, format!("code 4 for {whose}: Lead Statuses are not enabled"), help)]
        }
        (1, false) => Vec::new(),
        (2 | 3, true) => {
            let which = if code.0 == 2 { "lead" } else { "status" };
            vec![knob(format!("of a lead and a status that do not exist, the {which} is checked first"), "check_order")]
        }
        (2 | 3, false) => {
            vec![knob(
                format!("code {} for a made-up key: another check comes before the key's", code.0),
                "check_order",
            )]
        }
        (other, _) => {
            let help = "codes 0 to 4 are documented; ask the network what this one means";
            vec![Finding::new(Documented, format!("code {other} for {whose} is not documented"), help)]
        }
    };
    if status != 200 {
        findings.push(knob(format!("HTTP {status} for code {}", code.0), "refusal_http_status"));
    }
    findings.extend(of_format("", answer));
    if let Ok(reading) = xml::read(&answer.body) {
        findings.push(knob(format!("the message of code {} is {:?}", code.0, reading.msg), "messages"));
    }
    let content_type = answer.content_type.replace(' ', "");
    if !content_type.eq_ignore_ascii_case("text/xml;charset=utf-8") {
        let message = format!("the content type of an answer is {:?}", answer.content_type);
        findings.push(Finding::new(Platform, message, "CAKE's platform sends \"text/xml; charset=utf-8\""));
    }
    findings
}

fn success_for_nothing(whose: &str) -> Finding {
    let message = format!("code 0, success, {whose}, a lead and a status that do not exist");
    Finding::new(Documented, message, "a success of this endpoint means nothing; ask the network what answers here")
}

/// What this network does where nobody outside CAKE knows.
fn knob(message: impl Into<String>, setting: &str) -> Finding {
    Finding::new(Assumed, format!("{} ({setting})", message.into()), "")
}

fn of_tls_version(probe: Probe, answer: &Result<Answer, String>) -> Vec<Finding> {
    let version = if probe == Probe::Tls12 { "TLS 1.2" } else { "TLS 1.3" };
    let message = match answer {
        Ok(_) => format!("{version} works"),
        Err(reason) => format!("no answer by {version}: {reason}"),
    };
    vec![Finding::new(Assumed, message, "")]
}

/// How many names of a certificate are shown.
const MOST_NAMES: usize = 5;

fn of_certificates(tls: &TlsSeen) -> Option<Finding> {
    let days = tls.valid_for_days?;
    let chain = plural(tls.certificates, "certificate");
    let by = if tls.issuers.is_empty() { String::new() } else { format!(", issued by {}", tls.issuers.join(", ")) };
    let names = match &*tls.names {
        [] => String::new(),
        [some @ .., _] if some.len() >= MOST_NAMES => {
            format!(
                "; for {} and {}",
                some[..MOST_NAMES].join(", "),
                plural(tls.names.len() - MOST_NAMES, "other name")
            )
        }
        all => format!("; for {}", all.join(", ")),
    };
    let message = format!("the chain has {chain}{by}, and is valid for {days} days{names}");
    Some(if days < SOON_DAYS {
        Finding::new(Platform, message, "ask the network whether it is renewed in time: clients stop when it is not")
    } else {
        Finding::new(Assumed, message, "")
    })
}

/// Where plain HTTP leads: to the same by TLS, with its query.
fn of_plain_http(answer: Option<&Answer>, target: &Target) -> Finding {
    let Some(answer) = answer else { return Finding::new(Assumed, "nothing answers by plain HTTP", "") };
    let link = answer.redirect().and_then(|link| target.follow(link));
    match link {
        Some(url) if url.scheme() == "https" && url.query().is_some() => {
            let message = format!("plain HTTP: HTTP {} to https://, and the query is kept", answer.http_status);
            Finding::new(Assumed, message, "")
        }
        Some(url) if url.scheme() == "https" => {
            let message = format!("plain HTTP: HTTP {} to https://, and the query is lost", answer.http_status);
            Finding::new(
                Platform,
                message,
                "use https:// from the start: after this redirect an update has no parameters",
            )
        }
        _ => {
            let message = format!("plain HTTP is answered: {}", in_brief(answer));
            Finding::new(Platform, message, "use https:// only: by plain HTTP the key can be read on its way")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{compare, key_shown};
    use crate::live::{KeyShown, Planned, Probe, Target};
    use crate::protocol::Answer;
    use crate::scenario::Basis;

    fn code(code: u8) -> Answer {
        Answer::new(200, Answer::XML, format!("<result><code>{code}</code><msg>x</msg></result>"))
    }

    fn planned(probe: Probe) -> Planned {
        let target = Target::new("https://cake.example.com").unwrap();
        Planned::that_write_nothing(&target, true, true).into_iter().find(|planned| planned.probe == probe).unwrap()
    }

    fn key(made_up: Option<u8>, real: u8) -> KeyShown {
        let answers = made_up.map(|made_up| (planned(Probe::MadeUpKey), code(made_up)));
        let answers: Vec<_> = answers.into_iter().chain([(planned(Probe::Key), code(real))]).collect();
        key_shown(&answers, true, &Target::new("https://cake.example.com").unwrap())
    }

    #[test]
    fn the_key_is_right_only_where_a_made_up_one_gets_code_1_on_the_same_query() {
        for real in [2, 3, 4] {
            assert_eq!(key(Some(1), real), KeyShown::Right);
        }
        for made_up in [None, Some(0), Some(2), Some(3), Some(4)] {
            assert!(matches!(key(made_up, 2), KeyShown::NotShown { .. }), "{made_up:?}");
        }
        assert_eq!(key(Some(1), 1), KeyShown::Wrong);
        assert!(matches!(key(Some(1), 0), KeyShown::NotShown { .. }));
    }

    #[test]
    fn a_redirect_to_https_is_asked_for_its_query() {
        let target = Target::new("https://cake.example.com").unwrap();
        let redirect = |link: &str| {
            let mut answer = Answer::new(301, "", "");
            answer.headers = vec![("location".to_owned(), link.to_owned())];
            compare(&planned(Probe::PlainHttp), &Ok(answer), None, &target).remove(0)
        };
        assert!(redirect("https://cake.example.com/x?lead_id=1").message.contains("the query is kept"));
        let lost = redirect("https://cake.example.com/x");
        assert!(lost.message.contains("the query is lost") && lost.basis == Basis::Platform);
        assert_eq!(compare(&planned(Probe::PlainHttp), &Ok(code(1)), None, &target)[0].basis, Basis::Platform);
    }
}
