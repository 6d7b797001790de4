using System.Collections.Immutable;
using CdAutomation.Domain.Gates;
using CdAutomation.PolicyFiles.Nodes;

namespace CdAutomation.PolicyFiles.Language;

/// <summary>Reads <c>gates</c>.</summary>
internal static class GatesPart
{
    // The statuses with which a build ends (cloudbuild.proto, Build.Status); a gate on an unfinished build would never know its answer.
    private static readonly Dictionary<string, Status> Statuses =
        Enum.GetValues<Status>().ToDictionary(status => status.ToString(), StringComparer.Ordinal);

    private enum Status
    {
        SUCCESS,
        FAILURE,
        INTERNAL_ERROR,
        TIMEOUT,
        CANCELLED,
        EXPIRED,
    }

    /// <summary>The gates, without those in which something is wrong.</summary>
    public static ImmutableArray<Gate> Read(YamlNode node, ProblemList problems) =>
        Fields.Of(node, "gates", problems, ["build"], Later.OfGates) is { } fields && fields.Optional("build") is { } build
            && Build(build, problems) is { } gate
                ? [gate]
                : [];

    private static Gate.Build? Build(YamlNode node, ProblemList problems)
    {
        if (Fields.Of(node, "the build gate", problems, ["status", "triggers", "branch", "repository"]) is not { } fields)
            return null;

        var status = fields.Optional("status") is { } word ? problems.Choice(word, "status", Statuses) : Status.SUCCESS;
        var triggers = fields.Texts("triggers");
        var branch = fields.OptionalText("branch");
        var repository = fields.Optional("repository") is { } name ? problems.SourceRepository(name) : null;
        if (fields.Optional("triggers") is YamlNode.Sequence { Items: [] } empty)
            problems.Error(empty.At, "policy.value", "'triggers' is an empty list; leave it out to allow every build");

        return status is null ? null : new Gate.Build($"{status}", [.. triggers.Select(trigger => trigger.Text)], branch, repository);
    }
}
