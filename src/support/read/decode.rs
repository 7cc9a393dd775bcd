//! From bytes to text: what is packed is unpacked, a saved mail is taken out of its encodings, and a file that is no text
//! is named.

use std::io::{self, BufRead, BufReader, Read, Take};

use flate2::bufread::MultiGzDecoder;
use mail_parser::{Message, MessageParser, PartType};

use super::links;
use crate::support::phrases::Says;
use crate::support::ticket::Note;
use crate::support::traced::View;

/// A ticket is text that a person pasted or saved. More than this is read line by line, or not at all.
const LONGEST: usize = 512 * 1024 * 1024;

/// How much larger than the packed file the unpacked text may be. Logs shrink to a twentieth.
const HIGHEST_RATIO: u64 = 200;

/// Below this nobody asks for the ratio.
const SMALL: u64 = 16 * 1024 * 1024;

/// A mail in a mail in a mail.
const DEEPEST: usize = 4;

const PICTURE: &str = "This is a picture. Copy the text, or ask for it as text.";

/// How files begin that hold text, but are none.
const NO_TEXT: [(&[u8], &str); 7] = [
    (b"PK\x03\x04", "This is a ZIP archive or an Office file (.xlsx, .docx). Export it as CSV or text, or unpack it."),
    (b"\xD0\xCF\x11\xE0", "This is an Outlook message (.msg) or an old Office file. Save it as .eml or text."),
    (b"%PDF", "This is a PDF. Copy the text out of it."),
    (b"\x89PNG", PICTURE),
    (b"\xFF\xD8\xFF", PICTURE),
    (b"GIF8", PICTURE),
    (b"BZh", "This is packed with bzip2. Unpack it first."),
];

/// A ticket's text.
#[derive(Debug, Default)]
pub(super) struct Decoded {
    pub(super) text: String,
    pub(super) is_mail: bool,
    pub(super) notes: Vec<Note>,
}

impl Decoded {
    fn note(&mut self, text: impl Into<String>) {
        self.notes.push(Note { text: text.into(), place: None });
    }
}

/// The text of these bytes.
pub(super) fn decode(bytes: &[u8]) -> Decoded {
    let mut decoded = Decoded::default();
    if let Some((_, what)) = NO_TEXT.iter().find(|(begin, _)| bytes.starts_with(begin)) {
        decoded.note(*what);
        return decoded;
    }
    let mut unpacked = Vec::new();
    let mut bytes = bytes;
    if is_gzip(bytes) {
        if let Err(error) = open(bytes).and_then(|reader| reader.take(LONGEST as u64).read_to_end(&mut unpacked)) {
            decoded.note(format!("The packed text could not be read to its end: {error}."));
        }
        bytes = &unpacked;
    }
    if bytes.len() > LONGEST {
        decoded.note(format!("The first {} MB were read.", LONGEST >> 20));
        bytes = &bytes[..LONGEST];
    }
    let text = text(bytes, &mut decoded);
    match mail(&text) {
        Some(mail) => (decoded.text, decoded.is_mail) = (mail, true),
        None => decoded.text = chat(&text).unwrap_or(text),
    }
    decoded
}

/// A message of a chat that was exported.
#[derive(serde::Deserialize)]
struct Posted<'t> {
    #[serde(borrow)]
    text: std::borrow::Cow<'t, str>,
    /// It is in every message, and tells them from other JSON.
    #[expect(dead_code, reason = "only whether it is there counts")]
    user: serde::de::IgnoredAny,
}

/// The messages of a chat that Slack exported as JSON, one below the other.
fn chat(text: &str) -> Option<String> {
    if !text.trim_start().starts_with('[') || !text.contains("\"user\"") {
        return None;
    }
    let messages: Vec<Posted<'_>> = serde_json::from_str(text).ok()?;
    let texts: Vec<&str> = messages.iter().map(|message| &*message.text).collect();
    (!texts.is_empty()).then(|| texts.join("\n\n"))
}

/// Reads what may be packed with gzip. A file that unpacks to far more than its size is cut off with an error.
pub fn open<'r>(mut reader: impl BufRead + 'r) -> io::Result<Box<dyn BufRead + 'r>> {
    if !is_gzip(reader.fill_buf()?) {
        return Ok(Box::new(reader));
    }
    let reader = MultiGzDecoder::new(reader.take(u64::MAX));
    Ok(Box::new(BufReader::new(Unpacked { reader, written: 0 })))
}

fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"\x1F\x8B")
}

/// What gzip packed. Of the packed file what is left of the limit tells how much was read.
struct Unpacked<R> {
    reader: MultiGzDecoder<Take<R>>,
    written: u64,
}

impl<R: BufRead> Read for Unpacked<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.written += count as u64;
        let read = u64::MAX - self.reader.get_ref().limit();
        if self.written > SMALL.max(read.saturating_mul(HIGHEST_RATIO)) {
            return Err(io::Error::other(format!("it unpacks to more than {HIGHEST_RATIO} times its size")));
        }
        Ok(count)
    }
}

/// Bytes as text: UTF-8, or UTF-16 as Windows saves it.
fn text(bytes: &[u8], decoded: &mut Decoded) -> String {
    let utf_16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<u16> = bytes.as_chunks().0.iter().map(|two| unit(*two)).collect();
        String::from_utf16_lossy(&units)
    };
    match bytes {
        [0xFF, 0xFE, rest @ ..] => return utf_16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => return utf_16(rest, u16::from_be_bytes),
        // Without a mark: every second byte of plain text is zero.
        [first, 0, second, 0, ..] if *first != 0 && *second != 0 => return utf_16(bytes, u16::from_le_bytes),
        [0, first, 0, second, ..] if *first != 0 && *second != 0 => return utf_16(bytes, u16::from_be_bytes),
        _ => {}
    }
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let mut text = String::with_capacity(bytes.len());
    let mut unreadable = 0;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        for byte in chunk.invalid() {
            text.push(windows_1252(*byte));
            unreadable += usize::from(windows_1252(*byte) == '\u{fffd}');
        }
    }
    if unreadable > 0 {
        decoded.note(format!("The text is not UTF-8; {unreadable} bytes are shown as \u{fffd}."));
    }
    text
}

/// Quotes and dashes in the encoding of Windows, which are no beginning of anything in UTF-8. A letter stays unreadable,
/// as it is to CAKE.
fn windows_1252(byte: u8) -> char {
    match byte {
        0x80 => '€',
        0x85 => '…',
        0x91 => '‘',
        0x92 => '’',
        0x93 => '“',
        0x94 => '”',
        0x96 => '–',
        0x97 => '—',
        _ => '\u{fffd}',
    }
}

/// The text of a saved mail, with what stands before it; nothing where there is none.
fn mail(text: &str) -> Option<String> {
    let Some(start) = mail_start(text) else { return soft_breaks(text) };
    let message = MessageParser::default().parse(&text.as_bytes()[start..])?;
    let mut plain = text[..start].to_owned();
    bodies(&message, 0, &mut plain);
    // What is too broken to be a mail is read as it stands.
    (plain.len() > start).then_some(plain)
}

/// The text of a mail whose head is missing, if it is quoted-printable: lines end in `=`, and `=3D` stands for that.
fn soft_breaks(text: &str) -> Option<String> {
    let ends = text.matches("=\n").count() + text.matches("=\r\n").count();
    if ends == 0 || text.matches("=3D").count() < 2 {
        return None;
    }
    let head =
        "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n";
    let whole = format!("{head}{text}");
    let message = MessageParser::default().parse(&whole)?;
    message.text_bodies().next()?.text_contents().map(str::to_owned)
}

/// Where the head of a mail begins: several of its headers in a row, one of which only a saved mail has.
fn mail_start(text: &str) -> Option<usize> {
    const OF_SAVED: [&str; 6] = [
        "mime-version:",
        "content-transfer-encoding:",
        "message-id:",
        "received:",
        "return-path:",
        "content-type: multipart",
    ];
    const OTHERS: &str = "from: to: subject: date: content-type: delivered-to: reply-to: cc: dkim-signature:";
    let (mut start, mut count, mut is_saved, mut at) = (0, 0, false, 0);
    // A ticket's own words come before it, but no more than a few of them.
    for line in text.split_inclusive('\n').take(400) {
        let lower = line.get(..line.len().min(30)).unwrap_or_default().to_ascii_lowercase();
        let is_of_saved = OF_SAVED.iter().any(|name| lower.starts_with(name));
        let is_header = is_of_saved || OTHERS.split(' ').any(|name| lower.starts_with(name));
        let goes_on = count > 0 && (line.starts_with([' ', '\t']) && !line.trim().is_empty() || is_other_header(line));
        if is_header {
            if count == 0 {
                start = at;
            }
            count += 1;
            is_saved |= is_of_saved;
        } else if !goes_on {
            if is_saved && count >= 2 && line.trim().is_empty() {
                return Some(start);
            }
            (count, is_saved) = (0, false);
        }
        at += line.len();
    }
    None
}

fn is_other_header(line: &str) -> bool {
    let name = line.split(':').next().unwrap_or_default();
    line.contains(':') && !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn bodies(message: &Message<'_>, depth: usize, plain: &mut String) {
    let mut add = |text: &str| {
        if !plain.is_empty() {
            plain.push_str("\n\n");
        }
        plain.push_str(text.trim_end());
    };
    if let Some(subject) = message.subject() {
        add(subject);
    }
    // The plain part of many mails is a stub: "see the HTML version".
    let tells = |text: &str| text.says(&[".asmx", "lead_id", "<code>", "&lt;code&gt;"]);
    let is_stub = !message.text_bodies().any(|part| part.text_contents().is_some_and(tells));
    for part in message.html_bodies().filter(|_| is_stub) {
        if let PartType::Html(html) = &part.body
            && tells(html)
        {
            add(&from_html(html));
        }
    }
    for part in message.text_bodies().filter(|part| !matches!(part.body, PartType::Message(_))) {
        match &part.body {
            PartType::Html(html) => add(&from_html(html)),
            _ => add(part.text_contents().unwrap_or_default()),
        }
    }
    for part in message.attachments() {
        match &part.body {
            PartType::Message(inner) if depth < DEEPEST => {
                let mut text = String::new();
                bodies(inner, depth + 1, &mut text);
                add(&text);
            }
            PartType::Text(text) => add(text),
            PartType::Html(html) => add(&from_html(html)),
            PartType::Binary(bytes) | PartType::InlineBinary(bytes) => {
                if let Ok(text) = std::str::from_utf8(bytes) {
                    add(text);
                }
            }
            _ => {}
        }
    }
}

/// What a page shows, and the links in it that it does not show.
fn from_html(html: &str) -> String {
    let mut text = mail_parser::decoders::html::html_to_text(html);
    let view = View::of(html);
    for link in links::find(&view, 0..html.len()) {
        let url = link.url.text().into_owned();
        let is_attribute = html[..link.part.start].trim_end().ends_with('=');
        if is_attribute && links::concerns_cake(&link.url) && !text.contains(&url) {
            text.push_str("\n<");
            text.push_str(&url);
            text.push('>');
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{decode, open};
    use flate2::Compression;
    use flate2::write::GzEncoder;
    use proptest::prelude::*;
    use std::io::{BufRead as _, Write as _};

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn text_is_read_in_every_encoding_that_people_save() {
        let utf_16: Vec<u8> = "\u{feff}aé".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (bytes, text) in [
            (&b"\xEF\xBB\xBFx"[..], "x"),
            (&utf_16, "aé"),
            (b"a\0b\0", "ab"),
            (b"\x93x\x94", "“x”"),
            (b"D\xE9j\xE0", "D\u{fffd}j\u{fffd}"),
            (&packed(b"packed"), "packed"),
            (b"PK\x03\x04...", ""),
        ] {
            assert_eq!(decode(bytes).text, text);
        }
        assert!(decode(b"PK\x03\x04").notes[0].text.contains("Export it"));
    }

    #[test]
    fn a_bomb_is_cut_off() {
        let bomb = packed(&vec![b'a'; 64 << 20]);
        let error = open(&*bomb).unwrap().lines().find_map(Result::err).unwrap();
        assert!(error.to_string().contains("unpacks to more"), "{error}");
        assert!(decode(&bomb).notes[0].text.contains("unpacks to more"));
        assert_eq!(open(&b"a\nb"[..]).unwrap().lines().count(), 2);
    }

    #[test]
    fn a_saved_mail_is_decoded_and_one_that_is_quoted_is_not() {
        let mail = "please look:\n\nFrom: a@b\nTo: c@d\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\nhttps://h/p?a=3Db&c=3D=\n1\n";
        let decoded = decode(mail.as_bytes());
        assert!(decoded.is_mail);
        assert_eq!(decoded.text, "please look:\n\n\n\nhttps://h/p?a=b&c=1");
        assert_eq!(decode(b"x https://h/p?a=3Db&c=\n=3Dd").text, "x https://h/p?a=b&c=d");
        assert!(!decode(b"From: a@b\nTo: c@d\nSent: today\nSubject: x\n\ntext").is_mail);
    }

    #[test]
    fn a_page_in_a_mail_gives_its_text_and_its_links() {
        let mail = "From: a@b\nSubject: x\nMIME-Version: 1.0\nContent-Type: text/html\n\n<p>call <a href=\"https://h/api/x?lead_id=1&amp;status=b\">this</a></p>";
        let text = decode(mail.as_bytes()).text;
        assert!(text.contains("https://h/api/x?lead_id=1&status=b") && text.contains("call"), "{text}");
    }

    proptest! {
        #[test]
        fn nothing_makes_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80), mail in "(\\PC|[\r\n =:;]|From: |MIME-Version: 1|Content-Type: multipart/mixed; boundary=x|--x|base64){0,40}") {
            let _ = decode(&bytes);
            let _ = decode(format!("From: a\nTo: b\nMIME-Version: 1.0\n{mail}").as_bytes());
        }
    }
}
