import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.SAXException;
import org.xml.sax.helpers.DefaultHandler;

/**
 * java PushLeadStatus.java LEAD_ID STATUS [SUB_STATUS [NAME=VALUE ...]]: tells CAKE what became of a lead.
 *
 * A NAME= without a value is left out. There is no JSON here, because Java comes without a parser for it.
 * Environment: CAKE_URL (the method's URL) or CAKE_BASE_URL (scheme and host), and CAKE_API_KEY;
 * CAKE_TIMEOUT, in whole seconds, 10 if not set;
 * CAKE_CA_FILE where the authority to trust is not one of Java's own.
 * Exit codes: 0 updated, 10 rejected, 11 unknown; 64 wrong use, nothing sent.
 * Needs a JDK, 17 or later, and nothing else.
 *
 * Start it in a UTF-8 locale (LC_ALL=C.UTF-8 will do): in the C locale Java has replaced every letter beyond ASCII
 * before main is called, and no option can bring it back.
 */
public class PushLeadStatus {
    static final int MAX_ANSWER_BYTES = 1024 * 1024;
    static final Set<String> OWN_PARAMETERS = Set.of("api_key", "lead_id", "status", "sub_status");
    static final Map<Integer, String> REFUSALS = Map.of(
            1, "API key not valid", 2, "lead not found", 3, "status not recognised", 4, "Lead Statuses not enabled");

    record Reply(int http, byte[] body) {}

    record Answer(int exitCode, String line) {}

    /** Decides by the code alone: a refusal may come with HTTP 200, and its message is for people. */
    static Answer updateLeadStatus(String url, List<String> parameters, int timeout) throws InterruptedException {
        Reply reply;
        try {
            reply = get(URI.create(url + "?" + String.join("&", parameters)), timeout);
        } catch (ExecutionException | TimeoutException e) {
            // The class only: a message may quote the URL, and so the key.
            var cause = e instanceof ExecutionException ? e.getCause() : e;
            return new Answer(11, "unknown: no answer, " + cause.getClass().getSimpleName());
        }
        var code = code(reply.body);
        if (code == null) return new Answer(11, "unknown: HTTP " + reply.http + " without a readable code");
        if (code == 0 && reply.http == 200) return new Answer(0, "updated: code 0");
        var refusal = REFUSALS.get(code);
        if (refusal != null) return new Answer(10, "rejected: code " + code + ", " + refusal);
        return new Answer(11, "unknown: HTTP " + reply.http + " with code " + code);
    }

    static Reply get(URI uri, int timeout) throws InterruptedException, ExecutionException, TimeoutException {
        // Left alone, Java quietly sends a GET again when the connection closes without an answer. An update that
        // may have been recorded is not to be repeated behind the caller's back.
        System.setProperty("jdk.httpclient.redirects.retrylimit", "1");
        System.setProperty("jdk.httpclient.disableRetryConnect", "true");
        var client = HttpClient.newBuilder()
                .sslContext(trust(System.getenv("CAKE_CA_FILE")))
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofSeconds(timeout))
                .build();
        // Not HttpRequest.timeout: that one ends with the head of the answer, and the body may trickle for ever.
        return client.sendAsync(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofInputStream())
                .thenApplyAsync(response -> new Reply(response.statusCode(), readAll(response.body())))
                .get(timeout, TimeUnit.SECONDS);
    }

    /** What Java trusts of its own accord, or the one authority in a file. Java reads no variable that names one. */
    static SSLContext trust(String caFile) {
        try {
            if (caFile == null || caFile.isEmpty()) return SSLContext.getDefault();
            var store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            try (var stream = Files.newInputStream(Path.of(caFile))) {
                store.setCertificateEntry("ca", CertificateFactory.getInstance("X.509").generateCertificate(stream));
            }
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            stop("CAKE_CA_FILE cannot be used: " + e.getClass().getSimpleName());
            throw new IllegalStateException(e);
        }
    }

    static byte[] readAll(InputStream stream) {
        try (stream) {
            var body = stream.readNBytes(MAX_ANSWER_BYTES + 1);
            if (body.length > MAX_ANSWER_BYTES) throw new IOException("answer too long");
            return body;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The number in result/code, in any namespace; null where the answer is not such a document. */
    static Integer code(byte[] body) {
        Element root;
        try {
            var factory = DocumentBuilderFactory.newDefaultInstance();
            factory.setNamespaceAware(true);
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            var builder = factory.newDocumentBuilder();
            builder.setErrorHandler(new DefaultHandler()); // throws, where the one it replaces prints
            root = builder.parse(new ByteArrayInputStream(body)).getDocumentElement();
        } catch (SAXException | IOException e) {
            return null;
        } catch (ParserConfigurationException e) {
            throw new IllegalStateException(e);
        }
        var codes = new ArrayList<Node>();
        for (var child = root.getFirstChild(); child != null; child = child.getNextSibling()) {
            if ("code".equals(child.getLocalName())) codes.add(child);
        }
        if (!"result".equals(root.getLocalName()) || codes.size() != 1) return null;
        if (((Element) codes.get(0)).getElementsByTagName("*").getLength() > 0) return null;
        var text = codes.get(0).getTextContent();
        return text.matches("[ \\t\\r\\n]*0*[0-9]{1,9}[ \\t\\r\\n]*") ? Integer.valueOf(text.trim()) : null;
    }

    public static void main(String[] args) throws InterruptedException {
        var base = System.getenv().getOrDefault("CAKE_BASE_URL", "");
        var url = System.getenv().getOrDefault("CAKE_URL", "");
        var key = System.getenv().getOrDefault("CAKE_API_KEY", "");
        if (url.isEmpty() && !base.isEmpty()) url = base.replaceAll("/+$", "") + "/api/1/buyers.asmx/UpdateLeadStatus";
        if (!isUsable(url) || key.isEmpty()) stop("set CAKE_URL or CAKE_BASE_URL (http or https), and CAKE_API_KEY");
        if (args.length < 2 || args[0].isEmpty() || args[1].isEmpty())
            stop("usage: java PushLeadStatus.java LEAD_ID STATUS [SUB_STATUS [NAME=VALUE ...]]");
        var encoding = System.getProperty("sun.jnu.encoding");
        // What could not be decoded has become "?" or U+FFFD: rather send nothing than something else.
        if (!"UTF-8".equals(encoding) && !String.join("", args).matches("[ -~&&[^?]]*"))
            stop("arguments damaged by the encoding " + encoding + ": start with LC_ALL=C.UTF-8");

        var parameters = new ArrayList<>(List.of(
                parameter("api_key", key), parameter("lead_id", args[0]), parameter("status", args[1])));
        if (args.length > 2 && !args[2].isEmpty()) parameters.add(parameter("sub_status", args[2]));
        for (var field : Arrays.asList(args).subList(Math.min(3, args.length), args.length)) {
            var equals = field.indexOf('=');
            if (equals < 1) stop("a field must be NAME=VALUE");
            var name = field.substring(0, equals);
            // CAKE ignores the case of a name and joins what it finds twice: "Status" would spoil "status".
            if (OWN_PARAMETERS.contains(name.toLowerCase(java.util.Locale.ROOT))) stop("a field cannot be called " + name);
            if (equals + 1 < field.length()) parameters.add(parameter(name, field.substring(equals + 1)));
        }

        var timeout = System.getenv().getOrDefault("CAKE_TIMEOUT", "");
        if (timeout.isEmpty()) timeout = "10";
        if (!timeout.matches("[1-9][0-9]{0,3}")) stop("CAKE_TIMEOUT must be whole seconds");

        var answer = updateLeadStatus(url, parameters, Integer.parseInt(timeout));
        System.out.println(answer.line);
        System.exit(answer.exitCode);
    }

    /** Tried before the key is put in: what these methods throw quotes the whole URL. */
    static boolean isUsable(String url) {
        try {
            HttpRequest.newBuilder(URI.create(url));
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    static String parameter(String name, String value) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8) + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
    }

    static void stop(String message) {
        System.err.println("PushLeadStatus: " + message);
        System.exit(64);
    }
}
