//! A curl command in a ticket is read as the request that curl sends, byte for byte: bash and curl run each command, and
//! what arrives is compared with what was read.

use std::collections::HashMap;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use caketester::support::{self, Form};

use super::support::skipped_without;

/// Method, target and body.
type Sent = (String, Vec<u8>, Vec<u8>);

/// What arrived, by the number in the path.
type Arrived = Arc<Mutex<HashMap<usize, Sent>>>;

#[test]
fn what_is_read_of_a_command_is_what_curl_sends() {
    if skipped_without("curl", &["curl", "--version"]) || skipped_without("bash", &["bash", "--version"]) {
        return;
    }
    let (host, arrived) = listener();
    let mut commands = Vec::new();
    for value in values() {
        for quoting in QUOTINGS {
            commands.extend(quoting(&value).map(|arguments| {
                let number = commands.len();
                let arguments = arguments.replace("URL", &format!("http://{host}/{number}"));
                (number, format!("curl -s -g -m 10 {arguments}"))
            }));
        }
    }
    let script: String = commands.iter().flat_map(|(_, command)| [command, "\n"]).collect();
    run(&script);
    let arrived = arrived.lock().expect("no thread panicked");
    assert!(arrived.len() * 10 > commands.len() * 7, "{} of {} arrived", arrived.len(), commands.len());
    let mut wrong = Vec::new();
    for (number, command) in &commands {
        // curl refuses some URLs, and sends nothing.
        let Some((method, target, body)) = arrived.get(number) else { continue };
        let ticket = support::read(command.as_bytes());
        let item = ticket.items.iter().find(|item| item.form == Form::Curl);
        let Some(request) = item.and_then(|item| item.request.as_ref()) else {
            wrong.push(format!("{command}\n  was not read"));
            continue;
        };
        let read_body = request.body.as_ref().map_or(&b""[..], |body| body.bytes());
        let is_appended = command.contains("-G ") || command.contains("--url-query");
        // Which of both cases curl writes what it appends in depends on its version, and means the same.
        let fold = |target: &[u8]| if is_appended { upper_case_escapes(target) } else { target.to_vec() };
        let read = (&*request.method.text(), fold(request.target().bytes()), read_body.to_vec());
        if read != (&**method, fold(target), body.clone()) {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let sent = format!("{method} {} {}", text(target), text(body));
            wrong.push(format!("{command}\n  sent {sent}\n  read {} {} {}", read.0, text(&read.1), text(&read.2)));
        }
    }
    assert!(wrong.is_empty(), "{} of {} are read otherwise:\n{}", wrong.len(), commands.len(), wrong.join("\n"));
}

/// The target with the digits of its escapes in upper case.
fn upper_case_escapes(target: &[u8]) -> Vec<u8> {
    let mut folded = target.to_vec();
    for at in 0..folded.len() {
        let is_escape =
            folded[at] == b'%' && folded.get(at + 1..at + 3).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit));
        if is_escape {
            folded[at + 1..at + 3].make_ascii_uppercase();
        }
    }
    folded
}

/// Has bash run these commands, one after the other.
fn run(script: &str) {
    let mut bash = Command::new("bash");
    bash.args(["--noprofile", "--norc", "-s"]).env_remove("ALL_PROXY").env_remove("all_proxy").env_remove("http_proxy");
    let mut child =
        bash.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("bash starts");
    child.stdin.take().expect("it has a standard input").write_all(script.as_bytes()).expect("bash reads it all");
    child.wait().expect("bash ends");
}

/// A way to write a value into a command; nothing where it cannot be written so.
type Quoting = fn(&str) -> Option<String>;

const QUOTINGS: [Quoting; 11] = [
    |value| Some(format!("'URL?status={}&x=1'", single(value))),
    |value| Some(format!("\"URL?status={}&x=1\"", double(value))),
    |value| Some(format!("$'URL?status={}&x=1'", ansi_c(value))),
    |value| (!value.is_empty() && !value.contains('\n')).then(|| format!("URL?status={}\\&x=1", escaped(value))),
    // As people write it who do not know that `$` means something. What a variable holds is not read out of a ticket.
    |value| {
        (!value.contains(['"', '`', '\\', '\n']) && !holds_a_name(value)).then(|| format!("\"URL?status={value}&x=1\""))
    },
    |value| Some(format!("-G URL --data-urlencode 'status={}' -d x=1", single(value))),
    |value| Some(format!("URL --url-query 'status={}' --url-query +y=%20", single(value))),
    |value| (!value.starts_with('@')).then(|| format!("URL?a -d '{}' -dx=1", single(value))),
    |value| (!value.contains('@') || value.contains('=')).then(|| format!("URL --data-urlencode '{}'", single(value))),
    |value| Some(format!("URL -X PUT --data-raw $'{}' \\\n  --data-urlencode '={}'", ansi_c(value), single(value))),
    |value| (!value.starts_with('@')).then(|| format!("-sS URL --json \"{}\" 2>/dev/null | cat", double(value))),
];

fn holds_a_name(value: &str) -> bool {
    value.split('$').skip(1).any(|behind| behind.starts_with(|c: char| c.is_alphabetic() || "({$".contains(c)))
        || value.contains("$$")
}

fn single(value: &str) -> String {
    value.replace('\'', "'\\''")
}

fn double(value: &str) -> String {
    value
        .chars()
        .flat_map(|c| ["\\"].into_iter().filter(move |_| "\"\\$`".contains(c)).flat_map(str::chars).chain([c]))
        .collect()
}

fn ansi_c(value: &str) -> String {
    let one = |c: char| match c {
        '\'' => "\\'".to_owned(),
        '\\' => "\\\\".to_owned(),
        '\n' => "\\n".to_owned(),
        c if c.is_ascii_punctuation() => format!("\\x{:02x}", u32::from(c)),
        c if u32::from(c) > 0xFF && u32::from(c) < 0x1_0000 => format!("\\u{:04x}", u32::from(c)),
        c => c.to_string(),
    };
    value.chars().map(one).collect()
}

fn escaped(value: &str) -> String {
    value
        .chars()
        .flat_map(|c| ["\\"].into_iter().filter(move |_| !c.is_alphanumeric()).flat_map(str::chars).chain([c]))
        .collect()
}

/// Every printable character of ASCII, and what else goes wrong.
fn values() -> Vec<String> {
    let ascii = (' '..='~').map(|c| format!("a{c}b"));
    let others = [
        "",
        "Funded",
        "In Progress",
        " x ",
        "a  b",
        "a\nb",
        "a\tb",
        "%20",
        "%",
        "%%",
        "%zz",
        "a%2Bb",
        "$25000",
        "$2",
        "$ 5",
        "$",
        "$$x",
        "Déjà Client",
        "Don’t Call",
        "“quoted”",
        "😀",
        "日本",
        "a&b&c",
        "a=b=c",
        "=x",
        "@x",
        "x@y.z",
        "\\n",
        "\\\\",
        "'",
        "''",
        "\"",
        "\"\"",
        "`x`",
        "$(x)",
        "${x",
        "<b>",
        "[1-3]",
        "{a,b}",
        "a;b",
        "a|b",
        "a>b",
        "a#b",
        "#",
        "?",
        "a?b?c",
        "!x",
        "!",
        "~",
        "*",
        "a\u{a0}b",
        "+",
        "a+b c",
        "../x",
        "//",
        ":",
        "(a)",
        "-d",
        "--",
        "\u{200b}",
        "e\u{301}",
        "\u{7f}",
    ];
    ascii.chain(others.map(str::to_owned)).collect()
}

/// Listens on a free port and keeps what arrives.
fn listener() -> (String, Arrived) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let host = listener.local_addr().expect("it has an address").to_string();
    let arrived = Arrived::default();
    let kept = Arc::clone(&arrived);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            if let Some((number, request)) = request(stream) {
                kept.lock().expect("no thread panicked").insert(number, request);
            }
        }
    });
    (host, arrived)
}

fn request(mut stream: TcpStream) -> Option<(usize, Sent)> {
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
    let (head, body) = loop {
        let count = stream.read(&mut buffer).ok()?;
        bytes.extend_from_slice(&buffer[..count]);
        let head = bytes.windows(4).position(|four| four == b"\r\n\r\n");
        let Some(head) = head else { continue };
        let text = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
        let length = text.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next()?.parse().ok());
        if bytes.len() >= head + 4 + length.unwrap_or(0) || count == 0 {
            break (bytes[..head].to_vec(), bytes[head + 4..].to_vec());
        }
    };
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n").ok()?;
    let line = head.split(|byte| *byte == b'\r').next()?;
    let space = line.iter().position(|byte| *byte == b' ')?;
    let target = line[space + 1..].strip_suffix(b" HTTP/1.1")?.to_vec();
    let digits = target[1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number = std::str::from_utf8(&target[1..=digits]).ok()?.parse().ok()?;
    Some((number, (String::from_utf8_lossy(&line[..space]).into_owned(), target, body)))
}
