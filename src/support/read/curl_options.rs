//! curl's options, as far as a reader has to know them: which of them take a value.

/// The short options with a value.
const SHORT: &str = "EKCbcdDFPHhmoUQreXYytzTuAw";

/// The long options with a value.
const LONG: &str = " abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers config connect-timeout \
connect-to continue-at cookie cookie-jar create-file-mode crlfile curves data data-ascii data-binary data-raw \
data-urlencode delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url dump-header ech egd-file engine \
etag-compare etag-save expect100-timeout form form-string ftp-account ftp-alternative-to-user ftp-method ftp-port \
ftp-ssl-ccc-mode happy-eyeballs-timeout-ms haproxy-clientip header help hostpubmd5 hostpubsha256 hsts interface ip-tos \
ipfs-gateway json keepalive-cnt keepalive-time key key-type krb libcurl limit-rate local-port login-options mail-auth \
mail-from mail-rcpt max-filesize max-redirs max-time netrc-file noproxy oauth2-bearer output output-dir parallel-max pass \
pinnedpubkey preproxy proto proto-default proto-redir proxy proxy-cacert proxy-capath proxy-cert proxy-cert-type \
proxy-ciphers proxy-crlfile proxy-header proxy-key proxy-key-type proxy-pass proxy-pinnedpubkey proxy-service-name \
proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword proxy-tlsuser proxy-user proxy1.0 pubkey quote random-file range \
rate referer request request-target resolve retry retry-delay retry-max-time sasl-authzid service-name socks4 socks4a \
socks5 socks5-gssapi-service socks5-hostname speed-limit speed-time stderr telnet-option tftp-blksize time-cond tls-max \
tls13-ciphers tlsauthtype tlspassword tlsuser trace trace-ascii trace-config unix-socket upload-file url url-query user \
user-agent variable vlan-priority write-out ";

/// The long options without one that people use; others are noted, and pass.
const PLAIN: &str = " append anyauth basic compressed compressed-ssh cookies crlf digest disable disable-epsv disable-eprt \
doh-cert-status doh-insecure fail fail-early fail-with-body false-start form-escape ftp-create-dirs ftp-pasv get globoff \
head http0.9 http1.0 http1.1 http2 http2-prior-knowledge http3 http3-only ignore-content-length include insecure ipv4 ipv6 \
junk-session-cookies list-only location location-trusted manual metalink mptcp negotiate netrc netrc-optional next \
no-alpn no-buffer no-clobber no-keepalive no-npn no-progress-meter no-sessionid ntlm ntlm-wb parallel parallel-immediate \
path-as-is post301 post302 post303 progress-bar proxy-anyauth proxy-basic proxy-digest proxy-insecure proxy-negotiate \
proxy-ntlm proxytunnel raw remote-header-name remote-name remote-name-all remote-time remove-on-error retry-all-errors \
retry-connrefused sasl-ir show-error show-headers silent skip-existing socks5-basic socks5-gssapi ssl ssl-allow-beast \
ssl-auto-client-cert ssl-no-revoke ssl-reqd ssl-revoke-best-effort sslv2 sslv3 styled-output suppress-connect-headers \
tcp-fastopen tcp-nodelay tftp-no-options tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 tr-encoding trace-ids trace-time use-ascii \
verbose version xattr ";

/// What an option is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Kind {
    WithValue,
    Plain,
    Unknown,
}

/// Whether a short option takes a value.
pub(super) fn short(letter: char) -> bool {
    SHORT.contains(letter) || letter == 'x'
}

/// What a long option is, by its name without dashes.
pub(super) fn long(name: &str) -> Kind {
    let is_in = |list: &str, name: &str| list.contains(&format!(" {name} "));
    if is_in(LONG, name) {
        Kind::WithValue
    } else if is_in(PLAIN, name) || name.strip_prefix("no-").is_some_and(|name| is_in(PLAIN, name)) {
        Kind::Plain
    } else {
        Kind::Unknown
    }
}

/// The long name of a short option that matters here.
pub(super) fn name_of(letter: char) -> &'static str {
    match letter {
        'd' => "data",
        'X' => "request",
        'H' => "header",
        'A' => "user-agent",
        'e' => "referer",
        'b' => "cookie",
        'u' => "user",
        'G' => "get",
        'I' => "head",
        'F' => "form",
        'T' => "upload-file",
        'K' => "config",
        ':' => "next",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, long, short};

    #[test]
    fn options_are_known_with_their_values() {
        assert_eq!(long("data-urlencode"), Kind::WithValue);
        assert_eq!(long("compressed"), Kind::Plain);
        assert_eq!(long("no-compressed"), Kind::Plain);
        assert_eq!(long("frobnicate"), Kind::Unknown);
        assert_eq!(long(""), Kind::Unknown);
        assert!(short('d') && short('x') && !short('s'));
    }
}
