using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Releases;
using CdAutomation.GoogleCloud.Identity;
using CdAutomation.GoogleCloud.Registry;
using CdAutomation.GoogleCloud.SupplyChain;

namespace CdAutomation.GoogleCloud.Tests.SupplyChain;

/// <summary>Asks one gate about one image, impatiently.</summary>
internal static class Asking
{
    public static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(1);

    public static GoogleCloudOptions At(Uri address) => new()
    {
        Registry = new RegistryOptions { Endpoint = _ => address, FirstPause = Instant },
        Analysis = new ArtifactAnalysisOptions { Endpoint = address, FirstPause = Instant },
        Webhooks = new() { FirstPause = Instant },
    };

    public static async Task<Answer> AskAsync(
        GoogleCloudOptions options, Gate gate, ReleaseImage image, IIdentityTokens? identity = null, IAccessTokens? google = null)
    {
        using var gates = new AskGates(options, google ?? new Tokens(), identity, TimeProvider.System);
        return await gates.AskAsync(QuestionOf(gate, image), CancellationToken.None);
    }

    public static GateQuestion QuestionOf(Gate gate, ReleaseImage image) => new(gate, "shop", "production", image, new string('c', 40));

    /// <summary>Finding, code and sentence on one line, so that a failing test shows all of them.</summary>
    public static string Shown(this Answer answer) => $"{answer.Finding} {answer.Reason}";
}
