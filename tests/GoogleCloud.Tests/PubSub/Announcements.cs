using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Tests.Decisions;

namespace CdAutomation.GoogleCloud.Tests.PubSub;

/// <summary>Everything that the domain announces, as it comes out of its decisions.</summary>
internal static class Announcements
{
    private static readonly Observation GoBack = new Observation.Said(new Command.Rollback("production", null, "it is slow"), "ann@acme.example", []);

    public static Announcement[] All() =>
    [
        .. new Story().Running().Pushed("v1.0.0").Settles().After(TimeSpan.FromMinutes(1)).Pushed("v1.1.0").Settles().Sees(GoBack).Settles().Announced,
        .. new Story().Running("v1.0.0").Pushed("v1.1.0").Fails().Settles().Announced,
        .. Canaried().Running("v1.0.0").Pushed("v1.2.0").Settles().Sees(GoBack).Settles().Announced,
        .. new Story().Running("v1.0.0").Sees(GlassBroken()).Settles().Announced,
    ];

    private static Story Canaried() => new Story().Committed('d', policy => policy with
    {
        Stages =
        [
            policy.Stages[0] with
            {
                Strategy = policy.Stages[0].Strategy with { Canary = new([new CanaryStep.SetWeight(5), new CanaryStep.Pause(TimeSpan.FromMinutes(10))]) },
            },
        ],
    });

    private static Observation.DeployAsked GlassBroken() => new(
        new ImageReference(Story.Web, "v1.3.0", null), "web", new TagLookup.Found(Story.DigestOf("v1.3.0")), "ann@acme.example")
    {
        Skips = ["windows"],
        Reason = "the shop is down",
    };
}
