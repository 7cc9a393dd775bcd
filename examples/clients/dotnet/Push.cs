using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Http;
using System.Text.RegularExpressions;
using System.Threading;
using System.Threading.Tasks;
using System.Xml;
using System.Xml.Linq;

/// <summary>
/// push LEAD_ID STATUS [SUB_STATUS [NAME=VALUE ...]]: tells CAKE what became of a lead.
///
/// A NAME= without a value is left out.
/// Environment: CAKE_URL (the method's URL) or CAKE_BASE_URL (scheme and host), and CAKE_API_KEY;
/// CAKE_TIMEOUT, in whole seconds, 10 if not set.
/// Exit codes: 0 updated, 10 rejected, 11 unknown; 64 wrong use, nothing sent.
/// Nothing here needs a package. It is C# 7, so that Mono can compile it too.
/// </summary>
static class Push
{
    const int MaxAnswerBytes = 1024 * 1024;
    static readonly string[] OwnParameters = { "api_key", "lead_id", "status", "sub_status" };
    static readonly Dictionary<int, string> Refusals = new Dictionary<int, string>
    {
        { 1, "API key not valid" }, { 2, "lead not found" }, { 3, "status not recognised" }, { 4, "Lead Statuses not enabled" },
    };

    static int Main(string[] args)
    {
        var method = Variable("CAKE_URL");
        if (method == "" && Variable("CAKE_BASE_URL") != "")
            method = Variable("CAKE_BASE_URL").TrimEnd('/') + "/api/1/buyers.asmx/UpdateLeadStatus";
        var key = Variable("CAKE_API_KEY");
        Uri url;
        if (!Uri.TryCreate(method, UriKind.Absolute, out url) || !url.Scheme.StartsWith("http") || key == "")
            return Stop("set CAKE_URL or CAKE_BASE_URL (http or https), and CAKE_API_KEY");
        if (args.Length < 2 || args[0] == "" || args[1] == "")
            return Stop("usage: push LEAD_ID STATUS [SUB_STATUS [NAME=VALUE ...]]");

        var query = new List<string> { Parameter("api_key", key), Parameter("lead_id", args[0]), Parameter("status", args[1]) };
        if (args.Length > 2 && args[2] != "") query.Add(Parameter("sub_status", args[2]));
        foreach (var field in args.Skip(3))
        {
            var equals = field.IndexOf('=');
            if (equals < 1) return Stop("a field must be NAME=VALUE");
            var name = field.Substring(0, equals);
            // CAKE ignores the case of a name and joins what it finds twice: "Status" would spoil "status".
            if (OwnParameters.Contains(name, StringComparer.OrdinalIgnoreCase)) return Stop("a field cannot be called " + name);
            if (equals + 1 < field.Length) query.Add(Parameter(name, field.Substring(equals + 1)));
        }

        var timeout = Variable("CAKE_TIMEOUT") == "" ? "10" : Variable("CAKE_TIMEOUT");
        if (!Regex.IsMatch(timeout, "^[1-9][0-9]{0,3}$")) return Stop("CAKE_TIMEOUT must be whole seconds");

        var answer = UpdateLeadStatus(url + "?" + string.Join("&", query), TimeSpan.FromSeconds(int.Parse(timeout)));
        Console.WriteLine(answer.Item2);
        return answer.Item1;
    }

    /// <summary>Decides by the code alone: a refusal may come with HTTP 200, and its message is for people.</summary>
    static Tuple<int, string> UpdateLeadStatus(string url, TimeSpan timeout)
    {
        int http;
        byte[] body;
        try
        {
            // Of the whole call: HttpClient's own limit ends with the head of the answer, and the body may trickle for ever.
            var call = Task.Run(() => Get(url, timeout));
            if (!call.Wait(timeout)) return Tuple.Create(11, "unknown: no answer in time");
            http = call.Result.Item1;
            body = call.Result.Item2;
        }
        catch (AggregateException e)
        {
            // The class only: a message may quote the URL, and so the key.
            return Tuple.Create(11, "unknown: no answer, " + e.GetBaseException().GetType().Name);
        }
        var code = Code(body);
        if (code == null) return Tuple.Create(11, "unknown: HTTP " + http + " without a readable code");
        if (code == 0 && http == 200) return Tuple.Create(0, "updated: code 0");
        string refusal;
        return Refusals.TryGetValue(code.Value, out refusal)
            ? Tuple.Create(10, "rejected: code " + code + ", " + refusal)
            : Tuple.Create(11, "unknown: HTTP " + http + " with code " + code);
    }

    static async Task<Tuple<int, byte[]>> Get(string url, TimeSpan timeout)
    {
        using (var handler = new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false })
        using (var client = new HttpClient(handler))
        using (var limit = new CancellationTokenSource(timeout))
        using (var response = await client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, limit.Token))
        using (var stream = await response.Content.ReadAsStreamAsync())
        {
            var body = new MemoryStream();
            var buffer = new byte[16 * 1024];
            for (int read; (read = await stream.ReadAsync(buffer, 0, buffer.Length, limit.Token)) > 0;)
            {
                body.Write(buffer, 0, read);
                if (body.Length > MaxAnswerBytes) throw new IOException("answer too long");
            }
            return Tuple.Create((int)response.StatusCode, body.ToArray());
        }
    }

    /// <summary>The number in result/code, in any namespace; null where the answer is not such a document.</summary>
    static int? Code(byte[] body)
    {
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };
        XElement root;
        try
        {
            using (var reader = XmlReader.Create(new MemoryStream(body), settings)) root = XDocument.Load(reader).Root;
        }
        catch (Exception e) when (e is XmlException || e is ArgumentException || e is IOException)
        {
            return null;
        }
        var codes = root.Elements().Where(child => child.Name.LocalName == "code").ToList();
        if (root.Name.LocalName != "result" || codes.Count != 1 || codes[0].HasElements) return null;
        var text = codes[0].Value.Trim(' ', '\t', '\r', '\n');
        return Regex.IsMatch(text, @"\A0*[0-9]{1,9}\z") ? int.Parse(text) : (int?)null;
    }

    static string Parameter(string name, string value)
    {
        return Uri.EscapeDataString(name) + "=" + Uri.EscapeDataString(value);
    }

    static string Variable(string name)
    {
        return Environment.GetEnvironmentVariable(name) ?? "";
    }

    static int Stop(string message)
    {
        Console.Error.WriteLine("push: " + message);
        return 64;
    }
}
