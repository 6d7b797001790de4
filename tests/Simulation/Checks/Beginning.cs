using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Images;
using CdAutomation.Simulation.Facts;

namespace CdAutomation.Simulation.Checks;

/// <summary>What the journal says at once of the images of one release at one stage.</summary>
/// <param name="Pipeline">The pipeline.</param>
/// <param name="Stage">The stage.</param>
/// <param name="Records">One an image.</param>
internal sealed record Beginning(string Pipeline, string Stage, IReadOnlyList<DecisionRecord> Records)
{
    public DecisionRecord First => Records[0];

    public IEnumerable<Digest> Digests => Records.Select(record => record.Digest!.Value);

    /// <summary>For people: what it is.</summary>
    public string Label => string.Join(" and ", Records.Select(record => $"{record.Tag} ({record.Digest!.Value.Short})"));

    /// <summary>Whether these are all of the images, whatever else there is of them.</summary>
    public bool HasAll(IEnumerable<Digest> digests) => digests.All(digest => Digests.Contains(digest));

    /// <summary>The rollouts that were begun.</summary>
    public static IEnumerable<Beginning> Of(Fact.Kept kept) => Of(kept, record => record.Reason.Code == "rollout.started");

    /// <summary>What was said of releases, stage by stage.</summary>
    public static IEnumerable<Beginning> Of(Fact.Kept kept, Func<DecisionRecord, bool> which) => kept.Records
        .Where(record => record is { Stage: not null, Digest: not null } && which(record))
        .GroupBy(record => record.Stage!).Select(stage => new Beginning(kept.Pipeline, stage.Key, [.. stage]));
}
