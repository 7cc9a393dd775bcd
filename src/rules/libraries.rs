//! What a rule's change is called in the HTTP libraries that clients are written with.

/// For each library, the option or the call.
pub type InLibraries = &'static [(&'static str, &'static str)];

/// Redirects are not followed.
pub(super) const NO_REDIRECTS: InLibraries = &[
    ("PHP cURL", "CURLOPT_FOLLOWLOCATION => false, the default"),
    ("Guzzle", "'allow_redirects' => false"),
    ("requests", "allow_redirects=False"),
    ("fetch", "redirect: \"manual\""),
    ("axios", "maxRedirects: 0"),
    ("HttpClient (Java)", ".followRedirects(HttpClient.Redirect.NEVER), the default"),
    ("HttpClient (.NET)", "new HttpClientHandler { AllowAutoRedirect = false }"),
    ("net/http", "CheckRedirect: return http.ErrUseLastResponse"),
    ("Net::HTTP", "follows none by itself"),
    ("LWP", "max_redirect => 0"),
];

/// Certificates are verified, also with an authority of one's own.
pub(super) const VERIFY: InLibraries = &[
    ("PHP cURL", "CURLOPT_CAINFO => getenv('CAKE_CA_FILE'); never CURLOPT_SSL_VERIFYPEER => false"),
    ("Guzzle", "'verify' => getenv('CAKE_CA_FILE')"),
    ("requests", "verify=os.environ['CAKE_CA_FILE']"),
    ("fetch", "NODE_EXTRA_CA_CERTS in the environment; never NODE_TLS_REJECT_UNAUTHORIZED=0"),
    ("axios", "httpsAgent: new https.Agent({ ca }); never rejectUnauthorized: false"),
    ("HttpClient (Java)", "an SSLContext with the authority in its trust store"),
    ("HttpClient (.NET)", "SSL_CERT_FILE in the environment (Linux); no callback that accepts every certificate"),
    ("net/http", "TLSClientConfig: &tls.Config{RootCAs: pool}; never InsecureSkipVerify"),
    ("Net::HTTP", "ca_file = ENV['CAKE_CA_FILE']; never OpenSSL::SSL::VERIFY_NONE"),
    ("LWP", "ssl_opts => { SSL_ca_file => $ENV{CAKE_CA_FILE} }; never verify_hostname => 0"),
];

/// A query whose values survive.
pub(super) const ENCODE: InLibraries = &[
    ("PHP cURL", "$url . '?' . http_build_query($parameters)"),
    ("Guzzle", "'query' => $parameters"),
    ("requests", "params={…}"),
    ("fetch", "url + \"?\" + new URLSearchParams(parameters)"),
    ("axios", "params: {…}"),
    ("HttpClient (Java)", "URLEncoder.encode(value, StandardCharsets.UTF_8)"),
    ("HttpClient (.NET)", "Uri.EscapeDataString(value)"),
    ("net/http", "url.Values.Encode()"),
    ("Net::HTTP", "URI.encode_www_form(parameters)"),
    ("LWP", "$uri->query_form(%parameters)"),
];

/// A timeout for the whole exchange.
pub(super) const TIME_OUT: InLibraries = &[
    ("PHP cURL", "CURLOPT_TIMEOUT => 20"),
    ("Guzzle", "'timeout' => 20"),
    ("requests", "timeout=20 bounds each wait alone; for the whole, read with stream=True and look at the clock"),
    ("fetch", "signal: AbortSignal.timeout(20_000)"),
    ("axios", "signal: AbortSignal.timeout(20_000)"),
    ("HttpClient (Java)", "client.sendAsync(…).get(20, TimeUnit.SECONDS)"),
    ("HttpClient (.NET)", "Timeout = TimeSpan.FromSeconds(20)"),
    ("net/http", "http.Client{Timeout: 20 * time.Second}"),
    ("Net::HTTP", "read_timeout bounds each wait alone; for the whole, Timeout.timeout(20)"),
    ("LWP", "timeout => 20 bounds each wait alone; for the whole, alarm 20"),
];
