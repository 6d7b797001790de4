using System.Collections.Concurrent;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;
using CdAutomation.GoogleCloud.SupplyChain;
using CdAutomation.GoogleCloud.Tests.Registry;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace CdAutomation.GoogleCloud.Tests.SupplyChain;

/// <summary>Artifact Analysis as a test tells it, with answers of the shape that the API gives.</summary>
internal sealed class Occurrences : IAsyncDisposable
{
    public static readonly Digest Digest = Digest.Parse("sha256:" + new string('a', 64));
    public static readonly ReleaseImage Image = new(ScriptedRegistry.Web, Digest, "v1.0.0", DateTimeOffset.UnixEpoch);
    private LocalServer? _server;

    public Uri Address => _server!.Address;

    /// <summary>Path, filter, size and token of each page that was asked for, and the Authorization it came with.</summary>
    public ConcurrentQueue<(string Path, string Filter, string Size, string Token, string Authorization)> Asked { get; } = [];

    public static async Task<Occurrences> StartAsync(Func<HttpContext, Task> answer)
    {
        var analysis = new Occurrences();
        analysis._server = await LocalServer.StartAsync(HttpProtocols.Http1, app => app.Run(context =>
        {
            var query = context.Request.Query;
            analysis.Asked.Enqueue((context.Request.Path, $"{query["filter"]}", $"{query["pageSize"]}", $"{query["pageToken"]}",
                $"{context.Request.Headers.Authorization}"));
            return answer(context);
        }));
        return analysis;
    }

    /// <summary>Answers each kind with its occurrences.</summary>
    public static Task<Occurrences> OfAsync(params string[] all) => StartAsync(context =>
    {
        var kind = $"{context.Request.Query["filter"]}".Split('"')[1];
        return context.Response.WriteAsync(Page(all.Where(one => one.Contains($"\"kind\":\"{kind}\"", StringComparison.Ordinal))));
    });

    public static string Page(IEnumerable<string> occurrences, string? next = null) =>
        $$"""{"occurrences":[{{string.Join(',', occurrences)}}]{{(next is null ? "" : $",\"nextPageToken\":\"{next}\"")}}}""";

    public static string Of(string kind, string part, string note = "projects/goog-analysis/notes/PACKAGE_VULNERABILITY", Digest? of = null) => $$"""
        {"name":"projects/acme/occurrences/1","resourceUri":"https://{{ScriptedRegistry.Web}}@{{of ?? Digest}}","noteName":"{{note}}",
         "kind":"{{kind}}","createTime":"2026-02-21T16:56:35.560619Z",{{part}}}
        """;

    public static string Scan(string status) => Of("DISCOVERY",
        $$$"""{{{Quoted("discovery")}}}:{"continuousAnalysis":"ACTIVE","analysisStatus":"{{{status}}}","lastScanTime":"2026-02-21T16:57:01.123456789Z"}""");

    /// <summary>A vulnerability as the API tells it; <paramref name="issues"/> are severity and whether a fix exists.</summary>
    public static string Found(string id, params (string? Severity, bool Fix)[] issues) => Vulnerability(id, "", issues);

    public static string Dismissed(string id, string state, params (string? Severity, bool Fix)[] issues) =>
        Vulnerability(id, $$""","vexAssessment":{"cve":"{{id}}","state":"{{state}}"}""", issues);

    public async Task<Answer> AskAsync(
        Gate gate, Tokens? google = null, Func<ArtifactAnalysisOptions, ArtifactAnalysisOptions>? change = null, ReleaseImage? image = null)
    {
        var options = Asking.At(Address);
        return await Asking.AskAsync(options with { Analysis = (change ?? (it => it))(options.Analysis) }, gate, image ?? Image, google: google);
    }

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    private static string Vulnerability(string id, string more, (string? Severity, bool Fix)[] issues)
    {
        var listed = issues.Select(one => $$"""
            {"affectedCpeUri":"cpe:/o:debian:debian_linux:12","affectedPackage":"zlib","packageType":"OS",
             "fixAvailable":{{(one.Fix ? "true" : "false")}}{{(one.Severity is null ? "" : $",\"effectiveSeverity\":\"{one.Severity}\"")}}}
            """);
        return Of("VULNERABILITY",
            $$"""{{Quoted("vulnerability")}}:{"type":"OS","cvssScore":7.5,"packageIssue":[{{string.Join(',', listed)}}]{{more}}}""",
            $"projects/goog-vulnz/notes/{id}");
    }

    private static string Quoted(string name) => $"\"{name}\"";
}
