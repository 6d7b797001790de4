using System.Collections.Immutable;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Domain.Gates;

/// <summary>Did a build that we trust make this very image?</summary>
public static class BuildGate
{
    /// <summary>Joins image and build by digest. Which event came first does not matter.</summary>
    /// <param name="gate">What is asked.</param>
    /// <param name="image">The image.</param>
    /// <param name="builds">Every build known to the pipeline.</param>
    /// <param name="now">The instant.</param>
    /// <param name="patience">How long the build's event may come after the image's.</param>
    public static Verdict Judge(Gate.Build gate, ReleaseImage image, IEnumerable<Build> builds, DateTimeOffset now, TimeSpan patience)
    {
        var made = builds
            .Where(build => build.Made(image.Repository, image.Digest))
            .OrderByDescending(build => build.FinishedAt).ThenBy(build => build.Id, StringComparer.Ordinal)
            .ToImmutableArray();

        if (made.IsEmpty)
            return Awaited(gate, image, now, patience);

        var objections = made.Select(build => (build, objection: Objection(gate, build))).ToImmutableArray();
        foreach (var (build, objection) in objections)
        {
            if (objection is null)
                return new(gate.Name, Finding.Pass, new("build.ok", $"build {build.Id}{From(build)} made it and ended {build.Status}"));
        }

        // The latest build speaks for all: it is the one that somebody would mend.
        return new(gate.Name, Finding.Reject, objections[0].objection!);
    }

    private static Verdict Awaited(Gate.Build gate, ReleaseImage image, DateTimeOffset now, TimeSpan patience)
    {
        var until = image.FirstSeen + patience;
        return now < until
            ? new(gate.Name, Finding.Hold, new("build.awaited", $"no build is known to have made {image.Label} yet; its event may come until {Instants.Utc(until)}"), until)
            : new(gate.Name, Finding.Unknown, new("build.unknown", $"no build is known to have made {image.Label}, and none was reported within {patience.TotalMinutes:0.#} min"));
    }

    private static Reason? Objection(Gate.Build gate, Build build)
    {
        if (!string.Equals(build.Status, gate.Status, StringComparison.Ordinal))
            return new("build.status", $"build {build.Id} ended {build.Status}, and {gate.Status} is required");

        var bound = gate.Triggers.Length > 0 || gate.Branch is not null || gate.Repository is not null;
        // A build started by hand can claim any name and branch in its substitutions; only Cloud Build sets the trigger's id.
        if (bound && build.TriggerId is null)
            return new("build.byHand", $"build {build.Id} was not started by a trigger, so what it says of its branch and repository cannot be trusted");

        if (gate.Triggers.Length > 0 && !gate.Triggers.Any(name => name == build.TriggerName || name == build.TriggerId))
            return new("build.trigger", $"build {build.Id} came from trigger {build.TriggerName ?? build.TriggerId}, and {string.Join(" or ", gate.Triggers)} is required");

        if (gate.Branch is { } branch && !Glob.Matches(branch, build.Branch))
            return new("build.branch", $"build {build.Id} built branch {build.Branch ?? "(none)"}, and {branch} is required");

        if (gate.Repository is { } repository && !string.Equals(repository, build.Source, StringComparison.OrdinalIgnoreCase))
            return new("build.repository", $"build {build.Id} built {build.Source ?? "(unknown)"}, and {repository} is required");

        return null;
    }

    private static string From(Build build) => build.TriggerName is { } trigger ? $" of trigger {trigger}" : "";
}
