// Sends one lead's status to CAKE.
using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Threading.Tasks;
using System.Xml;
using System.Xml.Linq;
using Newtonsoft.Json;

public static class Push
{
    private const int Updated = 0;
    private const int Rejected = 10;
    private const int Unknown = 11;

    // The key is in the query, and goes to no other host: no redirects.
    private static readonly HttpClient Client =
        new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { Timeout = TimeSpan.FromSeconds(15) };

    public static void Main()
    {
        // Not `return`: Mono 6.8 sometimes hangs when Main returns while a thread of its pool is still ending.
        Environment.Exit(MainAsync().GetAwaiter().GetResult());
    }

    private static async Task<int> MainAsync()
    {
        try
        {
            var body = await SendAsync();
            var result = XDocument.Parse(body).Root;
            var code = (int?)result.Element("code");
            Console.WriteLine("code {0}: {1}", code, (string)result.Element("msg"));
            switch (code)
            {
                case 0:
                    return Updated;
                case 1:
                case 2:
                case 3:
                case 4:
                    return Rejected;
                default:
                    return Unknown;
            }
        }
        catch (HttpRequestException e)
        {
            Console.Error.WriteLine("CAKE did not answer: " + e.Message);
        }
        catch (TaskCanceledException)
        {
            Console.Error.WriteLine("CAKE did not answer in time");
        }
        catch (Exception e) when (e is XmlException || e is FormatException)
        {
            Console.Error.WriteLine("CAKE's answer cannot be read: " + e.Message);
        }
        return Unknown;
    }

    private static async Task<string> SendAsync()
    {
        var query = await new FormUrlEncodedContent(Parameters()).ReadAsStringAsync();
        using (var response = await Client.GetAsync(Environment.GetEnvironmentVariable("CAKE_URL") + "?" + query))
        {
            response.EnsureSuccessStatusCode();
            return await response.Content.ReadAsStringAsync();
        }
    }

    private static Dictionary<string, string> Parameters()
    {
        var fields = Environment.GetEnvironmentVariable("CAKE_FIELDS") ?? "{}";
        var parameters = JsonConvert.DeserializeObject<Dictionary<string, string>>(fields);
        parameters["api_key"] = Environment.GetEnvironmentVariable("CAKE_API_KEY");
        parameters["lead_id"] = Environment.GetEnvironmentVariable("CAKE_LEAD_ID");
        parameters["status"] = Environment.GetEnvironmentVariable("CAKE_STATUS");
        var subStatus = Environment.GetEnvironmentVariable("CAKE_SUB_STATUS");
        if (!string.IsNullOrEmpty(subStatus))
        {
            parameters["sub_status"] = subStatus;
        }
        return parameters;
    }
}
