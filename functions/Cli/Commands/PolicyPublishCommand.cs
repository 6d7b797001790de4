using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using CdAutomation.Cli.Output;
using CdAutomation.Cli.Up;
using CdAutomation.Delivery.Policies;
using CdAutomation.Domain;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.PolicyFiles;
using CdAutomation.Triggers;
using LibGit2Sharp;
using Repository = CdAutomation.Domain.Images.Repository;

namespace CdAutomation.Cli.Commands;

/// <summary><c>cdctl policy publish</c></summary>
internal static class PolicyPublishCommand
{
    private static readonly string[] Times = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    public static Command Create()
    {
        var folder = new Argument<string>("folder") { Description = "The policy folder, as the commit has it; as it is on disk where no git repository here does." };
        var to = new Option<string>("--to")
        {
            Description = "The registry repository, HOST/PATH: the one that CDAUTOMATION_POLICY_REPOSITORY of the functions names.",
            Required = true,
        };
        var commit = new Option<string>("--commit") { Description = "The git commit, 40 hexadecimal digits.", Required = true };
        var committedAt = new Option<string?>("--committed-at") { Description = "The commit's own time, RFC 3339; otherwise git is asked." };
        var source = new Option<string?>("--source") { Description = "The git repository, as the functions are to know it; otherwise where it was cloned from." };
        var force = new Option<bool>("--force") { Description = "Put them into force even if they are older than those in force." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Check, test, print the digest, and push nothing." };
        var endpoint = new Option<string?>("--registry-endpoint") { Description = "A registry in place of HOST; otherwise CDAUTOMATION_REGISTRY_ENDPOINT, if it is set." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object instead of text." };
        var command = new Command("publish", "Checks and tests policies, and pushes them as one OCI artifact. The same input is the same digest.")
        {
            folder, to, commit, committedAt, source, force, dryRun, endpoint, json,
        };
        command.SetAction((arguments, cancellation) => RunAsync(
            new(
                arguments.GetRequiredValue(folder),
                arguments.GetRequiredValue(to),
                arguments.GetRequiredValue(commit),
                arguments.GetValue(committedAt),
                arguments.GetValue(source),
                arguments.GetValue(force),
                arguments.GetValue(dryRun),
                arguments.GetValue(endpoint) ?? Environment.GetEnvironmentVariable("CDAUTOMATION_REGISTRY_ENDPOINT"),
                arguments.GetValue(json)),
            Screen.For(arguments),
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(Wishes wishes, Screen screen, CancellationToken cancellation)
    {
        try
        {
            if (!Repository.TryParse(wishes.To, out var repository))
                throw new UpException($"--to is {Excerpt.Of(wishes.To)}, which is no repository; HOST/PATH without a tag is");
            var commit = CommitOf(wishes, screen);
            var compiled = commit.Problem is { } problem ? problem : CompiledPolicies.Compile(commit.Files, commit.Edition.Commit);
            var bad = compiled.TryGetValue(out var policies) ? OwnTests.Failed(policies.Policies) : compiled.Problems;
            if (!bad.IsEmpty)
                return Refused(bad, wishes, screen);

            var artifact = new PolicyArtifact(commit.Edition, wishes.Force, policies!.Canonical);
            using var publisher = new PolicyPublisher(wishes.Endpoint);
            var publication = await publisher.PublishAsync(repository, artifact, wishes.DryRun, cancellation);
            return publication.Problem is { } trouble
                ? Unpublished(trouble, screen)
                : Published(new(commit.Edition, repository.ToString(), publication.Digest.Value, wishes.Force, !wishes.DryRun), wishes, screen);
        }
        catch (Exception fault) when (fault is UpException or LibGit2SharpException or IOException or UnauthorizedAccessException or FormatException)
        {
            screen.Error(fault.Message);
            return Exit.Unusable;
        }
    }

    /// <summary>The folder as the commit has it; as it is on disk where there is no such commit here, and the commit's time is given.</summary>
    private static PolicyCommit CommitOf(Wishes wishes, Screen screen)
    {
        if (!PolicyArtifact.IsCommit(wishes.Commit))
            throw new UpException($"--commit is {Excerpt.Of(wishes.Commit)}, where 40 lower-case hexadecimal digits are wanted");
        if (!Directory.Exists(wishes.Folder))
            throw new UpException($"{wishes.Folder} is no folder");

        using var git = PolicyRepository.Find(wishes.Folder);
        var committed = git?.Read(wishes.Commit);
        var at = TimeOf(wishes) ?? committed?.Edition.CommittedAt
            ?? throw new UpException($"no git repository here has commit {wishes.Commit}; give its time with --committed-at, and the folder is taken as it is");
        var source = wishes.Source ?? git?.Origin
            ?? throw new UpException("nothing tells which git repository it is; name it with --source URL");

        if (committed is not null && git!.UncommittedEdits() is { IsEmpty: false } edits)
            screen.Error($"edits that are not committed are not published: {string.Join(", ", edits)}");
        var edition = new PolicyEdition(wishes.Commit, at, source);
        if (committed is not null)
            return committed with { Edition = edition };
        return new(edition, [.. PolicyFolder.Read(wishes.Folder).Select(file => file with { Path = Path.GetRelativePath(wishes.Folder, file.Path).Replace('\\', '/') })], null);
    }

    private static DateTimeOffset? TimeOf(Wishes wishes)
    {
        if (wishes.CommittedAt is not { } text)
            return null;
        return DateTimeOffset.TryParseExact(text, Times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at)
            ? at.ToUniversalTime()
            : throw new UpException($"--committed-at is {Excerpt.Of(text)}, where an instant such as 2026-11-25T09:30:00Z is wanted");
    }

    private static int Published(PolicyPublished published, Wishes wishes, Screen screen)
    {
        if (wishes.Json)
            screen.Raw(JsonSerializer.Serialize(published, CliJson.Default.PolicyPublished));
        else
            screen.Raw($"{(published.Pushed ? "published" : "not pushed")} {published.Repository}@{published.Digest}");
        return Exit.Ok;
    }

    private static int Refused(ImmutableArray<Reason> reasons, Wishes wishes, Screen screen)
    {
        foreach (var reason in reasons)
            screen.Raw(wishes.Json ? JsonSerializer.Serialize(reason, CliJson.Default.Reason) : $"{reason.Sentence}. {reason.Code}");
        screen.Error("nothing was published");
        return Exit.Failed;
    }

    private static int Unpublished(Reason trouble, Screen screen)
    {
        screen.Error($"nothing was published: {trouble.Sentence}. {trouble.Code}");
        return trouble.Code == "registry.unreachable" ? Exit.Unusable : Exit.Failed;
    }

    private sealed record Wishes(
        string Folder, string To, string Commit, string? CommittedAt, string? Source, bool Force, bool DryRun, string? Endpoint, bool Json);
}

/// <summary>What was published.</summary>
/// <param name="Edition">Which policies.</param>
/// <param name="Repository">Where.</param>
/// <param name="Digest">What they are now known by.</param>
/// <param name="Forced">Whether they come into force even if they are older.</param>
/// <param name="Pushed">False where it was only tried.</param>
internal sealed record PolicyPublished(PolicyEdition Edition, string Repository, string Digest, bool Forced, bool Pushed);
