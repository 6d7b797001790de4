using CdAutomation.Delivery;
using CdAutomation.Domain.Gates;
using CdAutomation.GoogleCloud.Identity;
using CdAutomation.GoogleCloud.Registry;
using CdAutomation.GoogleCloud.SupplyChain;
using CdAutomation.GoogleCloud.Webhooks;

namespace CdAutomation.GoogleCloud;

/// <summary>
/// Asks registries, Artifact Analysis and web addresses what gates want to know. Whatever keeps us from looking is Unknown with its reason.
/// </summary>
public sealed class AskGates : IAskGates, IDisposable
{
    private readonly TimeSpan _patience;
    private readonly TimeProvider _clock;
    private readonly RegistryConnection _registry;
    private readonly ArtifactAnalysis _analysis;
    private readonly WebhookAsker _webhook;
    private readonly SignatureAsker _signature;
    private readonly PlatformAsker _platform;
    private readonly AnalysisAsker _findings;

    /// <summary>Opens nothing yet.</summary>
    /// <param name="options">Where each is reached, and how patiently.</param>
    /// <param name="google">Access tokens for Artifact Registry and Artifact Analysis.</param>
    /// <param name="identity">Identity tokens for web addresses; null where none are sent.</param>
    /// <param name="clock">Measures patience.</param>
    /// <exception cref="ArgumentException">An option makes no sense.</exception>
    public AskGates(GoogleCloudOptions options, IAccessTokens google, IIdentityTokens? identity, TimeProvider clock)
    {
        if (options.Webhooks.SendIdentity && identity is null)
            throw new ArgumentException("Webhooks are to be told who asks, and there is no source of identity tokens.", nameof(identity));

        (_patience, _clock) = (options.GatePatience, clock);
        _registry = new RegistryConnection(options.Registry, google, clock);
        _analysis = new ArtifactAnalysis(options.Analysis, google, clock);
        _webhook = new WebhookAsker(options.Webhooks, identity, clock);
        var content = new RegistryContent(_registry);
        (_signature, _platform, _findings) = (new SignatureAsker(content), new PlatformAsker(content), new AnalysisAsker(_analysis));
    }

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">The gate is none that is asked elsewhere: a mistake of ours.</exception>
    public async Task<Answer> AskAsync(GateQuestion question, CancellationToken cancellation)
    {
        // Each call is bounded, and one question may need many of them.
        using var patience = new CancellationTokenSource(_patience, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, patience.Token);
        try
        {
            return await Dispatch(question, either.Token);
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            return new(Finding.Unknown, new("gate.slow",
                $"the gate {question.Gate.Name} was not answered about {question.Image.Label} within {_patience.TotalSeconds:0.###} s"));
        }
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        _registry.Dispose();
        _analysis.Dispose();
        _webhook.Dispose();
    }

    private Task<Answer> Dispatch(GateQuestion question, CancellationToken cancellation) => question.Gate.Match(
        frozen: NotOurs,
        after: NotOurs,
        age: NotOurs,
        platform: gate => _platform.AskAsync(gate, question.Image, cancellation),
        build: NotOurs,
        windows: NotOurs,
        rate: NotOurs,
        approvals: NotOurs,
        webhook: gate => _webhook.AskAsync(gate, question, cancellation),
        signature: gate => _signature.AskAsync(gate, question.Image, cancellation),
        vulnerabilities: gate => _findings.AskAsync(gate, question.Image, cancellation),
        provenance: gate => _findings.AskAsync(gate, question.Image, cancellation));

    private static Task<Answer> NotOurs(Gate gate) =>
        throw new ArgumentException($"The gate {gate.Name} is decided from what is known, and asked nowhere.", nameof(gate));
}
