//! Clients that are each wrong in one way, inside the test's own process: a whole pack is put to one of them in the
//! time it takes to start a program once.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use caketester::protocol::{Code, METHOD_PATH, Outcome, encode, xml};
use caketester::subject::{Case, Concluded, Conclusion, Subject, SubjectError, Trace};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::ring::default_provider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::framing::framed;

/// A client's mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Mistake {
    /// None; it is there to show that the others fail for what they do.
    None,
    /// After the first update it sends nothing more.
    SendsNothing,
    /// The method in lower case.
    PathInAnotherCase,
    /// A form POST to the same URL.
    PostsAForm,
    /// The Content-Type of its HTTP library, in a GET.
    SendsAJsonContentType,
    /// It says that it can decompress, and cannot.
    AcceptsGzip,
    /// Another buyer's key, from a configuration of its own.
    WrongKey,
    /// The lead ID in lower case.
    LeadInAnotherCase,
    /// The status in lower case.
    StatusInAnotherCase,
    /// Whatever the update holds, no sub-status.
    ForgetsSubStatus,
    /// The text `null` where there is no sub-status.
    SendsNullSubStatus,
    /// Custom fields by names of its own.
    RenamesFields,
    /// The query put together by hand: only spaces are escaped.
    JoinsByHand,
    /// Everything is encoded twice.
    EncodesTwice,
    /// The status twice.
    RepeatsTheStatus,
    /// Numbers with a currency sign.
    FormatsNumbers,
    /// No blanks at either end of a custom field.
    TrimsFields,
    /// Every byte percent-encoded.
    EncodesEverything,
    /// A parameter nobody asked for.
    AddsAParameter,
    /// It hangs up as soon as it has sent the request.
    HangsUp,
    /// Code 0 is not enough for it.
    DoubtsSuccess,
    /// This refusal is success.
    Accepts(i64),
    /// A code beyond 4 is success.
    AcceptsUnknownCodes,
    /// What is no answer of CAKE's is success.
    AcceptsAnything,
    /// What is no answer of CAKE's is a refusal.
    TakesAnythingForARefusal,
    /// What it cannot read makes it crash.
    CrashesOnAnythingElse,
    /// It looks for the bytes of the documented answer.
    ComparesBytes,
    /// It looks for the word success.
    ReadsTheMessage,
    /// Every refusal is reported as code 1.
    ReportsOneCode,
    /// It asks again after a refusal.
    RepeatsRefusals,
    /// It asks again although it has been answered.
    RepeatsSuccess,
    /// It asks a dozen times where no answer comes.
    NeverGivesUp,
    /// It asks again at once.
    RepeatsAtOnce,
    /// It asks again before it is time.
    IgnoresRetryAfter,
    /// It asks again with another status.
    RepeatsAnotherUpdate,
    /// It waits for an answer for ever.
    WaitsForEver,
    /// A broken connection is success.
    TrustsABrokenConnection,
    /// It goes wherever it is sent.
    FollowsRedirects,
    /// The key in a header too.
    SendsTheKeyInAHeader,
    /// The key in its log.
    PrintsTheKey,
    /// Its XML parser fetches what a document names.
    FetchesEntities,
    /// Any certificate will do.
    TakesAnyCertificate,
    /// HTTP 200 is success.
    TrustsHttp200,
    /// Whatever comes is success.
    ClaimsSuccess,
    /// A refusal is an exception nobody catches.
    CrashesOnRefusals,
}

/// A client, and the authority it trusts.
pub(crate) struct Broken {
    pub(crate) mistake: Mistake,
    pub(crate) authority: Vec<u8>,
}

/// How long a client that is right waits for the next byte. Only the scenarios in which none comes see the end of it.
const PATIENCE: Duration = Duration::from_millis(1_200);

/// A right answer is a few hundred bytes long.
const LONGEST_ANSWER: u64 = 64 * 1024;

/// What came of one request.
enum Got {
    /// An answer, whole.
    Answer { status: u16, head: String, body: Vec<u8> },
    /// Nothing, or not all of it.
    Broken,
    /// No HTTP, or far too much of it.
    Garbage,
    /// Nothing more, for too long.
    Stalled,
}

impl Got {
    fn code(&self) -> Option<i64> {
        let Self::Answer { body, .. } = self else { return None };
        xml::read(body).ok().map(|reading| reading.code.0)
    }

    fn header(&self, name: &str) -> Option<&str> {
        let Self::Answer { head, .. } = self else { return None };
        let mut headers = head.lines().filter_map(|line| line.split_once(':'));
        headers.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
    }

    fn text(&self) -> String {
        let Self::Answer { body, .. } = self else { return String::new() };
        String::from_utf8_lossy(body).into_owned()
    }
}

impl Subject for Broken {
    fn report(&self, case: Case) -> impl Future<Output = Result<Conclusion, SubjectError>> + Send {
        let mistake = self.mistake;
        async move {
            let started = Instant::now();
            let mut trace = Trace::default();
            let got = self.ask(&case).await;
            if mistake == Mistake::PrintsTheKey {
                trace.printed_key = vec!["standard error".to_owned()];
            }
            if matches!(got, Got::Stalled) && mistake == Mistake::WaitsForEver {
                trace.timed_out = true;
            }
            let verdict = match mistake.conclude(&got) {
                Some(outcome) if !trace.timed_out => Concluded::Outcome(outcome),
                Some(_) => Concluded::None("it did not end, and was ended".into()),
                None => Concluded::None("it crashed".into()),
            };
            let code = match got.code() {
                Some(code @ 1..=4) if mistake == Mistake::ReportsOneCode => Some(code.min(1)),
                code => code,
            };
            trace.elapsed = started.elapsed();
            Ok(Conclusion { verdict, code: code.map(Code), trace })
        }
    }
}

impl Broken {
    /// Asks, and asks again where it would.
    async fn ask(&self, case: &Case) -> Got {
        if self.mistake == Mistake::SendsNothing && case.update.lead_id != "5A1EZZZZ" {
            return Got::Broken;
        }
        let mut case = case.clone();
        let mut host = case.base_url.split("://").last().unwrap_or_default().to_owned();
        let mut attempts = 0;
        loop {
            let got = self.send(&host, &case).await;
            attempts += 1;
            let is_refused = matches!(got.code(), Some(1..=4));
            let wait = match self.mistake {
                Mistake::RepeatsRefusals if is_refused && attempts < 3 => Duration::ZERO,
                Mistake::RepeatsSuccess if got.code() == Some(0) && attempts < 2 => Duration::ZERO,
                Mistake::NeverGivesUp if got.code().is_none() && attempts < 11 => Duration::from_millis(200),
                Mistake::RepeatsAtOnce if got.code().is_none() && attempts < 4 => Duration::ZERO,
                Mistake::IgnoresRetryAfter | Mistake::RepeatsAnotherUpdate if got.code().is_none() && attempts < 3 => {
                    Duration::from_millis(200)
                }
                Mistake::FollowsRedirects if attempts < 3 => match got.header("location").or(got.header("refresh")) {
                    None => return got,
                    Some(location) => {
                        let location = location.trim_start_matches("0; url=");
                        let away = location.strip_prefix("//").or(location.strip_prefix("http://"));
                        host = away.and_then(|rest| Some(rest.split_once('/')?.0)).unwrap_or(&*host).to_owned();
                        Duration::ZERO
                    }
                },
                Mistake::FetchesEntities => {
                    self.fetch_entity(&got, &case).await;
                    return got;
                }
                _ => return got,
            };
            tokio::time::sleep(wait).await;
            if self.mistake == Mistake::RepeatsAnotherUpdate {
                case.update.status = "Unqualified".into();
            }
        }
    }

    async fn send(&self, host: &str, case: &Case) -> Got {
        let query = self.mistake.query(case);
        let path = if self.mistake == Mistake::PathInAnotherCase {
            METHOD_PATH.to_lowercase()
        } else {
            METHOD_PATH.to_owned()
        };
        let mut headers = vec![format!("Host: {host}")];
        if self.mistake != Mistake::HangsUp {
            headers.push("Connection: close".into());
        }
        if self.mistake == Mistake::SendsTheKeyInAHeader {
            headers.push(format!("Authorization: Bearer {}", case.key.expose()));
        }
        match self.mistake {
            Mistake::SendsAJsonContentType => headers.push("Content-Type: application/json; charset=utf-8".into()),
            Mistake::AcceptsGzip => headers.push("Accept-Encoding: gzip, deflate".into()),
            _ => {}
        }
        let request = if self.mistake == Mistake::PostsAForm {
            headers.push("Content-Type: application/x-www-form-urlencoded".into());
            headers.push(format!("Content-Length: {}", query.len()));
            format!("POST {path} HTTP/1.1\r\n{}\r\n\r\n{query}", headers.join("\r\n"))
        } else {
            format!("GET {path}?{query} HTTP/1.1\r\n{}\r\n\r\n", headers.join("\r\n"))
        };
        self.exchange(host, case, request.as_bytes()).await.unwrap_or(Got::Broken)
    }

    /// Fetches what an answer names, and does nothing with it.
    async fn fetch_entity(&self, got: &Got, case: &Case) {
        let Got::Answer { body, .. } = got else { return };
        let text = String::from_utf8_lossy(body);
        let named = text.split_once(" SYSTEM \"http://").and_then(|(_, rest)| rest.split_once('"'));
        if let Some((host, path)) = named.and_then(|(url, _)| url.split_once('/')) {
            let request = format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
            // Whatever comes.
            let _ = self.exchange(host, case, request.as_bytes()).await;
        }
    }

    async fn exchange(&self, host: &str, case: &Case, request: &[u8]) -> std::io::Result<Got> {
        let mut stream = self.connect(host, case.base_url.starts_with("https:")).await?;
        stream.write_all(request).await?;
        if self.mistake == Mistake::HangsUp {
            return Ok(Got::Broken);
        }
        let mut bytes = Vec::new();
        let mut reading = (&mut stream).take(LONGEST_ANSWER);
        // Every byte starts the clock anew, but not for ever: a server can be slow in two ways.
        let read = tokio::time::timeout(2 * PATIENCE, async {
            while let Ok(read) = tokio::time::timeout(PATIENCE, reading.read_buf(&mut bytes)).await {
                if read? == 0 {
                    return std::io::Result::Ok(true);
                }
            }
            Ok(false)
        });
        match read.await {
            Ok(Ok(true)) => {}
            Ok(Err(_)) => return Ok(Got::Broken),
            Ok(Ok(false)) | Err(_) => return Ok(Got::Stalled),
        }
        let is_http = bytes.is_empty() || bytes.starts_with(b"HTTP/1.1 ") && (bytes.len() as u64) < LONGEST_ANSWER;
        Ok(if is_http { answer(&bytes).unwrap_or(Got::Broken) } else { Got::Garbage })
    }

    async fn connect(&self, host: &str, by_tls: bool) -> std::io::Result<Box<dyn Stream>> {
        let stream = TcpStream::connect(host).await?;
        if !by_tls {
            return Ok(Box::new(stream));
        }
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from(self.authority.clone())).expect("the authority is one");
        let config = ClientConfig::builder_with_provider(Arc::new(default_provider()));
        let config = config.with_safe_default_protocol_versions().expect("there are versions");
        let mut config = config.with_root_certificates(roots).with_no_client_auth();
        if self.mistake == Mistake::TakesAnyCertificate {
            config.dangerous().set_certificate_verifier(Arc::new(Anything));
        }
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name).to_owned();
        let name = ServerName::try_from(name).expect("a host is a name");
        Ok(Box::new(TlsConnector::from(Arc::new(config)).connect(name, stream).await?))
    }
}

/// A connection, by TLS or not.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// Finds nothing wrong with any certificate.
#[derive(Debug)]
struct Anything;

impl ServerCertVerifier for Anything {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        Ok(HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        default_provider().signature_verification_algorithms.supported_schemes()
    }
}

impl Mistake {
    fn query(self, case: &Case) -> String {
        let update = &case.update;
        let key = if self == Self::WrongKey { "R4TN8W2YH6JC0VSD" } else { case.key.expose() };
        let lead_id = match self {
            Self::LeadInAnotherCase if update.lead_id != "5A1EZZZZ" => update.lead_id.to_lowercase(),
            _ => update.lead_id.clone(),
        };
        let status = match self {
            Self::StatusInAnotherCase => update.status.to_lowercase(),
            _ => update.status.clone(),
        };
        let mut pairs =
            vec![("api_key".to_owned(), key.to_owned()), ("lead_id".into(), lead_id), ("status".into(), status)];
        match (&update.sub_status, self) {
            (_, Self::ForgetsSubStatus) => {}
            (None, Self::SendsNullSubStatus) => pairs.push(("sub_status".into(), "null".into())),
            (Some(sub_status), _) => pairs.push(("sub_status".into(), sub_status.clone())),
            (None, _) => {}
        }
        pairs.extend(update.fields.iter().map(|(name, value)| match self {
            Self::RenamesFields => (name.replace('_', "").to_uppercase() + "X", value.clone()),
            Self::FormatsNumbers if value.parse::<f64>().is_ok() => (name.clone(), format!("${value}")),
            Self::TrimsFields => (name.clone(), value.trim().to_owned()),
            _ => (name.clone(), value.clone()),
        }));
        match self {
            Self::RepeatsTheStatus => pairs.push(("Status".into(), update.status.clone())),
            Self::AddsAParameter => pairs.push(("debug".into(), "1".into())),
            _ => {}
        }
        let joined = |escape: &dyn Fn(&str) -> String| {
            let pairs: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={}", escape(value))).collect();
            pairs.join("&")
        };
        let once = |value: &str| encode([("", value)]).trim_start_matches('=').replace('+', "%20");
        match self {
            Self::JoinsByHand => joined(&|value| value.replace(' ', "%20")),
            Self::EncodesTwice => joined(&|value| once(&once(value))),
            Self::EncodesEverything => {
                let all = |value: &str| value.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat();
                let pairs: Vec<_> =
                    pairs.iter().map(|(name, value)| format!("{}={}", once(name), all(value))).collect();
                pairs.join("&")
            }
            _ => encode(pairs.iter().map(|(name, value)| (&**name, &**value))),
        }
    }

    /// What it concludes; nothing where it crashes.
    fn conclude(self, got: &Got) -> Option<Outcome> {
        use Outcome::{Rejected, Unknown, Updated};
        let right = match (got.code(), got) {
            (Some(0), Got::Answer { status: 200, .. }) => Updated,
            (Some(1..=4), _) => Rejected,
            _ => Unknown,
        };
        let is_answer = matches!(got, Got::Answer { .. });
        Some(match self {
            Self::DoubtsSuccess if right == Updated => Unknown,
            Self::Accepts(code) if got.code() == Some(code) => Updated,
            Self::AcceptsUnknownCodes if matches!(got.code(), Some(5.. | ..0)) => Updated,
            Self::AcceptsAnything if is_answer && got.code().is_none() => Updated,
            Self::TakesAnythingForARefusal if got.code().is_none() => Rejected,
            Self::CrashesOnAnythingElse if got.code().is_none() => return None,
            Self::ComparesBytes => {
                let text = got.text();
                let holds = |code| text.starts_with(&format!("<result>\n  <code>{code}</code>\n  <msg>"));
                match (holds(0), (1..=4).any(holds), right) {
                    (true, _, Updated) => Updated,
                    (_, true, Rejected) => Rejected,
                    _ => Unknown,
                }
            }
            Self::ReadsTheMessage if matches!(got.code(), Some(0..=4)) => {
                if got.text().contains("success") {
                    Updated
                } else {
                    Rejected
                }
            }
            Self::TrustsABrokenConnection if matches!(got, Got::Broken) => Updated,
            Self::TrustsHttp200 => match got {
                Got::Answer { status: 200, .. } => Updated,
                _ => Unknown,
            },
            Self::ClaimsSuccess => Updated,
            Self::CrashesOnRefusals if right == Rejected => return None,
            _ => right,
        })
    }
}

/// What arrived, where it is whole.
fn answer(bytes: &[u8]) -> Option<Got> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let status = head.strip_prefix("HTTP/1.1 ")?.split(' ').next()?.parse().ok()?;
    let (_, body, is_whole) = framed(&head, &bytes[end + 4..]);
    is_whole.then_some(Got::Answer { status, body, head })
}
