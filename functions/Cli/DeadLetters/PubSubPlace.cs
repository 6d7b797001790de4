using System.CommandLine;
using CdAutomation.Cli.Commands;
using CdAutomation.Cli.Remote;
using CdAutomation.Cli.Up;
using CdAutomation.GoogleCloud.Identity;
using Grpc.Core;
using Grpc.Net.Client;

namespace CdAutomation.Cli.DeadLetters;

/// <summary>Where Pub/Sub is, and how it is talked to: that of the latest <c>up</c>, one that is named, or Google's.</summary>
internal sealed class PubSubPlace : IDisposable
{
    public static readonly Option<string?> ProjectOption = new("--project")
    {
        Description = "The project of the subscription. Otherwise that of 'cdctl up', otherwise GOOGLE_CLOUD_PROJECT. "
            + $"Any other than '{LocalStack.Project}' is looked for at Google's Pub/Sub.",
    };

    public static readonly Option<string> SubscriptionOption = new("--subscription")
    {
        Description = "The pull subscription of the dead letters: its id, or projects/PROJECT/subscriptions/ID.",
        DefaultValueFactory = _ => LocalStack.DeadLetters,
    };

    /// <summary>Pub/Sub in another place; the functions read it too.</summary>
    public const string EndpointVariable = "CDAUTOMATION_PUBSUB_ENDPOINT";
    /// <summary>The project that Google's tools take where none is named.</summary>
    public const string ProjectVariable = "GOOGLE_CLOUD_PROJECT";

    /// <summary>A pull may bring several messages of 10 MB.</summary>
    private const int LargestAnswer = 64 * 1024 * 1024;

    private readonly GrpcChannel _channel;
    private readonly IAccessTokens? _tokens;

    /// <param name="endpoint">Where Pub/Sub is.</param>
    /// <param name="subscription">Full name of the subscription of the dead letters.</param>
    /// <param name="tokens">Whose word it is; null, or plain http: none is sent.</param>
    public PubSubPlace(Uri endpoint, string subscription, IAccessTokens? tokens)
    {
        (Endpoint, Subscription, _tokens) = (endpoint, subscription, endpoint.Scheme == Uri.UriSchemeHttps ? tokens : null);
        _channel = GrpcChannel.ForAddress(endpoint, new GrpcChannelOptions { MaxReceiveMessageSize = LargestAnswer });
    }

    public Uri Endpoint { get; }

    /// <summary>Full name of the subscription of the dead letters.</summary>
    public string Subscription { get; }

    public CallInvoker Invoker => _channel.CreateCallInvoker();

    /// <exception cref="ConnectionException">It is not clear where to look.</exception>
    public static PubSubPlace Open(ParseResult arguments)
    {
        var named = arguments.GetValue(SubscriptionOption)!;
        var project = named.Split('/') is ["projects", { Length: > 0 } of, "subscriptions", { Length: > 0 }] ? of : null;
        if (project is null && named.Contains('/', StringComparison.Ordinal))
            throw new ConnectionException($"'{named}' is no subscription; cd-dead-letters and projects/acme/subscriptions/cd-dead-letters are");
        var wanted = arguments.GetValue(ProjectOption) ?? project;
        if (project is not null && wanted != project)
            throw new ConnectionException($"--project says '{wanted}' and --subscription says '{project}'; name one of them");

        var (endpoint, found) = Find(wanted, Environment.GetEnvironmentVariable, Addresses.Latest()?.Pubsub);
        var tokens = endpoint.Scheme == Uri.UriSchemeHttps
            ? OwnTokens.FromEnvironment(Environment.GetEnvironmentVariable, TimeProvider.System)
            : null;
        return new(endpoint, project is null ? $"projects/{found}/subscriptions/{named}" : named, tokens);
    }

    /// <summary>What each call carries; over plain http no token is sent.</summary>
    public async Task<Metadata> HeadersAsync(CancellationToken cancellation) =>
        _tokens is null ? [] : new Metadata { { "authorization", $"Bearer {await _tokens.GetAsync(cancellation)}" } };

    public void Dispose() => _channel.Dispose();

    /// <summary>Which Pub/Sub is meant.</summary>
    /// <param name="wanted">The project that was named, or null.</param>
    /// <param name="variable">Reads an environment variable.</param>
    /// <param name="latest"><c>host:port</c> of the latest <c>up</c>'s, or null.</param>
    internal static (Uri Endpoint, string Project) Find(string? wanted, Func<string, string?> variable, string? latest)
    {
        var project = wanted ?? (variable(ProjectVariable) is { Length: > 0 } usual ? usual.Trim() : null);
        if (variable(EndpointVariable) is { Length: > 0 } text)
        {
            return Uri.TryCreate(text.Trim(), UriKind.Absolute, out var named) && named.Scheme is "http" or "https"
                ? (named, project ?? LocalStack.Project)
                : throw new ConnectionException($"{EndpointVariable} is no address; http://127.0.0.1:8085 is one");
        }

        // What is named goes before what happens to run here, and what runs here before a variable that other tools have set.
        if (wanted is null or LocalStack.Project && latest is not null)
            return (new Uri($"http://{latest}"), LocalStack.Project);
        return project is not null and not LocalStack.Project
            ? (new Uri("https://pubsub.googleapis.com"), project)
            : throw new ConnectionException("no 'cdctl up' was started here yet; start one, or name a project of Google Cloud with --project");
    }
}
