using System.Collections.Immutable;
using System.Net.Http.Headers;
using CdAutomation.Delivery;
using CdAutomation.Storage.Sqlite;
using CdAutomation.Triggers.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CdAutomation.Triggers.Tests.Stage;

/// <summary>
/// All functions in one process, as cdctl hosts them, on a free port: the journal is a real file, the clouds are fakes at the ports.
/// </summary>
internal sealed class House : IAsyncDisposable
{
    public const string Token = "the-token-of-the-tests";
    public const string Commit = "c0ffee0000000000000000000000000000000000";

    private readonly WebApplication _app;
    private readonly string _folder;

    private House(WebApplication app, string folder, Trouble trouble, RememberingLog log)
    {
        (_app, _folder, Trouble, Log) = (app, folder, trouble, log);
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        Http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Token);
    }

    public HttpClient Http { get; }

    public Trouble Trouble { get; }

    public IJournal Journal => _app.Services.GetRequiredService<IJournal>();

    public RememberingLog Log { get; }

    public MemoryRegistry Registry => (MemoryRegistry)_app.Services.GetRequiredService<IRegistry>();

    public MemoryArtifacts Artifacts => (MemoryArtifacts)_app.Services.GetRequiredService<IPolicyArtifacts>();

    public ObedientTargets Targets => (ObedientTargets)_app.Services.GetRequiredService<ITargets>();

    /// <summary>Opens a house with the policy of the fixtures in force.</summary>
    /// <param name="change">Changes the options.</param>
    public static async Task<House> OpenAsync(Func<TriggersOptions, TriggersOptions>? change = null)
    {
        var house = await OpenWithoutPoliciesAsync(change);
        var shop = CompiledPolicies.Compile([new("shop.yaml", Messages.Fixture("shop.yaml"))], Commit);
        Assert.That(shop.TryGetValue(out var compiled));
        await house.Journal.ActivateAsync(
            new(Commit, DateTimeOffset.UnixEpoch, "tests", null, null, DateTimeOffset.UnixEpoch, compiled!.Canonical), 0, default);
        return house;
    }

    public static async Task<House> OpenWithoutPoliciesAsync(Func<TriggersOptions, TriggersOptions>? change = null)
    {
        var folder = Directory.CreateTempSubdirectory("cdautomation-triggers-").FullName;
        var log = new RememberingLog();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders().AddProvider(log);
        builder.WebHost.UseUrls("http://127.0.0.1:0");

        var options = new TriggersOptions { Store = Path.Combine(folder, "journal.db"), LocalAccess = new LocalAccess(Token, "tester") };
        var trouble = new Trouble();
        var targets = new ObedientTargets();
        var registry = new MemoryRegistry();
        builder.Services.AddTriggers(change?.Invoke(options) ?? options)
            .AddSingleton<IJournal>(_ => FaultyJournal.Before(SqliteJournal.Open(options.Store), trouble))
            .AddSingleton<IRegistry>(registry)
            .AddSingleton<IPolicyArtifacts>(new MemoryArtifacts(registry))
            .AddSingleton<ITargets>(targets)
            .AddSingleton<IAnnounce>(targets);

        var app = builder.Build();
        app.MapFunctions();
        await app.StartAsync();
        return new House(app, folder, trouble, log);
    }

    /// <summary>Sends a message that is to be acknowledged.</summary>
    public async Task SendAsync(HttpRequestMessage request)
    {
        using var answer = await Http.SendAsync(request);
        Assert.That(answer.StatusCode, Is.EqualTo(System.Net.HttpStatusCode.NoContent));
    }

    /// <summary>The events in the journal, the newest first.</summary>
    public Task<ImmutableArray<JournalEvent>> EventsAsync() => Journal.LatestEventsAsync(refusedOnly: false, 5000, default);

    /// <summary>Every byte of the journal's files, as text of one byte a character.</summary>
    public string StoredBytes() => string.Concat(Directory.GetFiles(_folder).Select(file =>
    {
        using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(open, System.Text.Encoding.Latin1);
        return reader.ReadToEnd();
    }));

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }
}
