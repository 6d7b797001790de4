using System.Collections.Immutable;
using System.Security.Cryptography;
using CdAutomation.Domain;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.GoogleCloud;
using CdAutomation.GoogleCloud.CloudRun;
using CdAutomation.GoogleCloud.Identity;
using CdAutomation.GoogleCloud.Monitoring;
using CdAutomation.GoogleCloud.PubSub;
using CdAutomation.GoogleCloud.Registry;
using CdAutomation.GoogleCloud.SupplyChain;
using CdAutomation.GoogleCloud.Webhooks;
using CdAutomation.Triggers.Identity;

namespace CdAutomation.Triggers;

/// <summary>Reads the options out of the environment; the table in this folder's README says what each key means.</summary>
internal sealed partial class TriggersConfiguration
{
    private readonly IConfiguration _configuration;
    private readonly ImmutableArray<Reason>.Builder _problems = ImmutableArray.CreateBuilder<Reason>();

    private TriggersConfiguration(IConfiguration configuration) => _configuration = configuration;

    /// <summary>The options, or every problem; no problem quotes a secret.</summary>
    public static Parsed<TriggersOptions> Read(IConfiguration configuration)
    {
        var reader = new TriggersConfiguration(configuration);
        var options = reader.Options();
        return reader._problems.Count > 0 ? Parsed<TriggersOptions>.Refused(reader._problems.ToImmutable()) : options;
    }

    private TriggersOptions Options() => new()
    {
        Store = Text("STORE") ?? Missing("STORE", "it names the journal's file, or is firestore", ""),
        Firestore = Firestore(),
        Topics = new(Topic("IMAGES_TOPIC", "gcr"), Topic("BUILDS_TOPIC", "cloud-builds"), Topic("TICKS_TOPIC", "cd-ticks")),
        Author = Author(),
        Patience = Patience(),
        Origin = Origin(),
        GoogleCloud = GoogleCloud(),
        Datadog = Datadog(),
        Actors = List("ACTORS").ToImmutableHashSet(StringComparer.OrdinalIgnoreCase),
        Groups = Groups(),
        LocalAccess = LocalAccess(),
    };

    private ImmutableDictionary<string, ImmutableHashSet<string>> Groups()
    {
        var groups = ImmutableDictionary.CreateBuilder<string, ImmutableHashSet<string>>(StringComparer.OrdinalIgnoreCase);
        foreach (var group in (Text("GROUPS") ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var parts = group.Split('=', 2, StringSplitOptions.TrimEntries);
            var members = parts.Length == 2 ? parts[1].Split(' ', StringSplitOptions.RemoveEmptyEntries) : [];
            if (members is [] || parts[0].Length == 0 || !groups.TryAdd(parts[0], members.ToImmutableHashSet(StringComparer.OrdinalIgnoreCase)))
                Problem("GROUPS", $"has {Excerpt.Of(group)}; sre@acme.example=ann@acme.example bob@acme.example is right, each group once, with ; between");
        }

        return groups.ToImmutable();
    }

    private PolicyOrigin Origin()
    {
        var (source, key) = (Text("POLICY_SOURCE"), Text("POLICY_KEY"));
        Repository? repository = null;
        if (Text("POLICY_REPOSITORY") is { } name && !Repository.TryParse(name, out repository))
            Problem("POLICY_REPOSITORY", $"is {Excerpt.Of(name)}, which is no repository; HOST/PATH without a tag is");
        if (repository is null && (source ?? key) is not null)
            Problem("POLICY_REPOSITORY", "is not set, without which CDAUTOMATION_POLICY_SOURCE and CDAUTOMATION_POLICY_KEY mean nothing");
        if (key is not null && !IsPublicKey(key))
            Problem("POLICY_KEY", "is no public key; the text of a PEM file that begins with -----BEGIN PUBLIC KEY----- is");
        return new(repository, source, key);
    }

    // That it is one, of a kind that can be used, is found where it is used.
    private static bool IsPublicKey(string text) =>
        PemEncoding.TryFind(text, out var fields) && text[fields.Label] == "PUBLIC KEY";

    private Patience Patience()
    {
        var usual = Domain.Decisions.Patience.Default;
        return new(
            Duration("PATIENCE_PAYMENT", usual.Payment),
            Duration("PATIENCE_RETRY", usual.Retry),
            Duration("PATIENCE_LAG", usual.Lag),
            Duration("PATIENCE_SURVEY", usual.Survey),
            Duration("PATIENCE_BUILD", usual.Build))
        {
            Measure = Duration("PATIENCE_MEASURE", usual.Measure),
        };
    }

    private GoogleCloudOptions GoogleCloud()
    {
        var registry = Endpoint("REGISTRY_ENDPOINT");
        var pubSub = new PubSubOptions { Topic = TopicName("DEPLOYMENTS_TOPIC") };
        return new()
        {
            CloudRun = new CloudRunOptions { Endpoint = Endpoint("RUN_ENDPOINT") },
            Registry = new RegistryOptions { Endpoint = _ => registry },
            PubSub = Endpoint("PUBSUB_ENDPOINT") is { } endpoint ? pubSub with { Endpoint = endpoint } : pubSub,
            Callers = Callers(),
            Analysis = Analysis(),
            Monitoring = Monitoring(),
            Webhooks = new WebhookOptions { SendIdentity = Flag("WEBHOOK_IDENTITY") },
        };
    }

    private MonitoringOptions Monitoring()
    {
        var usual = new MonitoringOptions();
        return usual with { Endpoint = Endpoint("MONITORING_ENDPOINT") ?? usual.Endpoint, Delay = Duration("MONITORING_DELAY", usual.Delay) };
    }

    private ArtifactAnalysisOptions Analysis()
    {
        var usual = new ArtifactAnalysisOptions();
        if (Endpoint("ANALYSIS_ENDPOINT") is not { } endpoint)
            return usual;
        if (endpoint.Scheme == "https" || endpoint.IsLoopback)
            return usual with { Endpoint = endpoint };
        Problem("ANALYSIS_ENDPOINT", "is not https, and Google's token is sent there; http is possible on this machine alone");
        return usual;
    }

    private GoogleIdentityOptions? Callers()
    {
        var audiences = List("AUDIENCE").ToImmutableArray();
        if (audiences.IsEmpty)
            return null;
        if (List("ACTORS") is [])
            Problem("ACTORS", "must name emails where CDAUTOMATION_AUDIENCE is set: a token proves who somebody is, not that they may");
        return new GoogleIdentityOptions { Audiences = audiences };
    }

    private LocalAccess? LocalAccess()
    {
        if (Text("LOCAL_TOKEN") is not { } token)
            return null;
        if (token.Length < Identity.LocalAccess.LengthMin)
            Problem("LOCAL_TOKEN", $"must have {Identity.LocalAccess.LengthMin} characters at least");
        if (Text("AUDIENCE") is not null)
            Problem("LOCAL_TOKEN", "cannot stand beside CDAUTOMATION_AUDIENCE: callers are known in one way");
        return new(token, Text("LOCAL_ACTOR") ?? "local");
    }
}
