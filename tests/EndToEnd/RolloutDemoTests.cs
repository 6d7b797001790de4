using System.Globalization;
using System.Text.Json;
using CdAutomation.EndToEnd.Stage;

namespace CdAutomation.EndToEnd;

/// <summary>
/// The story of a safe rollout, told by the real program. It takes a minute in which the machine mostly waits, so it is told in containers and
/// without them at the same time.
/// </summary>
[Parallelizable(ParallelScope.Children)]
public sealed class RolloutDemoTests
{
    /// <summary>By the journal's own instants, from the verdict until the service was seen to send everything to the old revision.</summary>
    private static readonly TimeSpan BackWithin = TimeSpan.FromSeconds(5);

    [Test]
    [Category("Containers")]
    public async Task The_story_of_a_safe_rollout_comes_true_with_real_containers_and_leaves_none_behind()
    {
        using var folder = new UpFolder();
        await using var up = Start(folder);
        var said = await ToldAsync(up);
        Assert.That(said, Does.Contain("real containers"), "apt-get install -y podman runc");
        await CameTrueAsync(folder, said);

        using var cloud = await CloudRun.OfLatestAsync(folder);
        Assert.That(await cloud.VisitAsync("web"), Does.StartWith("shop v1.2.1"));

        var containers = Containers.Of(up.Id);
        Assert.That(containers, Is.Not.Empty);
        Assert.That(await up.StopAsync(), Is.Zero, string.Join('\n', up.Error));
        Assert.That(Containers.StillRunning(containers), Is.Empty);
    }

    [Test]
    public async Task The_story_of_a_safe_rollout_comes_true_without_containers_which_is_said_at_the_start()
    {
        using var folder = new UpFolder();
        await using var up = Start(folder, "--simulate");
        var said = await ToldAsync(up);
        Assert.That(said[..said.IndexOf("is pushed", StringComparison.Ordinal)], Does.Contain("simulated, so nothing of an image is run"));
        await CameTrueAsync(folder, said);
        Assert.That(await up.StopAsync(), Is.Zero, string.Join('\n', up.Error));
    }

    [Test]
    public async Task A_story_that_is_not_there_or_cannot_be_told_is_refused_with_what_can_be_done()
    {
        using var folder = new UpFolder();
        var unknown = await Cdctl.RunAsync(folder, ["up", "--demo", "nothing"]);
        Assert.That((unknown.Code, unknown.Error), Is.EqualTo((2, unknown.Error)));
        Assert.That(unknown.Error, Does.Contain("'nothing'").And.Contain("push and rollout"));

        var foreign = await Cdctl.RunAsync(folder, ["up", "--demo", "rollout", "--policies", folder.Policies, "--simulate"]);
        Assert.That((foreign.Code, foreign.Error), Is.EqualTo((2, "cdctl: --demo rollout brings its own policies; leave --policies out\n")));

        await File.WriteAllTextAsync(Path.Combine(folder.Data, "journal.db"), "");
        var late = await Cdctl.RunAsync(folder, ["up", "--demo", "--data", folder.Data, "--simulate"]);
        Assert.That(late.Code, Is.EqualTo(2), late.Output);
        Assert.That(late.Error, Does.Contain("has a history already"));
    }

    private static OwnProcess Start(UpFolder folder, params string[] arguments) =>
        OwnProcess.Start("dotnet", [Cdctl.Program, "up", "--demo", "rollout", "--data", folder.Data, .. arguments], folder.Environment);

    private static async Task<string> ToldAsync(OwnProcess up)
    {
        var said = await Eventually.SeesAsync(
            "the demo's last line",
            () => string.Join('\n', up.Output),
            text => !up.IsRunning || text.Contains("Ctrl+C ends it.", StringComparison.Ordinal));
        await TestContext.Out.WriteLineAsync(said);
        Assert.That(up.IsRunning, Is.True, string.Join('\n', up.Error));
        return said;
    }

    /// <summary>What the story says, the journal says too.</summary>
    private static async Task CameTrueAsync(UpFolder folder, string said)
    {
        using var why = JsonDocument.Parse((await Cdctl.RunAsync(folder, ["why", "shop", "--json"])).Succeeded().Output);
        Line[] all = [.. why.RootElement.GetProperty("decisions").EnumerateArray().Select(Line.Of)];

        foreach (var tag in new[] { "v1.1.0", "v1.2.1" })
        {
            WalkedAllTheWay(all, tag);
            Assert.That(SharesOf(said, tag), Is.EqualTo(new[] { "5", "50" }), $"{tag}: what status said while it was on its way");
        }

        WasCaught(all);
        Assert.That(SharesOf(said, "v1.2.0"), Is.EqualTo(new[] { "5" }));
        WasHeldUntilResumed(all);

        Assert.That(FailedOf(said, "v1.2.0"), Is.Positive, "users met the errors that the verdict is about");
        Assert.That(new[] { "v1.0.0", "v1.1.0", "v1.2.1" }.Sum(tag => FailedOf(said, tag)), Is.Zero);
        Assert.That(Serving(why.RootElement, "production"), Is.EqualTo("v1.2.1"));
    }

    /// <summary>Staging first; then it waited for a yes; only then was it taken, and it came to serve.</summary>
    private static void WalkedAllTheWay(Line[] all, string tag)
    {
        var staged = At(all, tag, "staging", "deployed");
        var asked = At(all, tag, "production", "said");
        var taken = At(all, tag, "production", "deploying");
        var serves = At(all, tag, "production", "deployed");
        Assert.That(new[] { staged, asked, taken, serves }, Is.Ordered.And.All.Not.Negative, tag);
        Assert.That(all[asked].Code, Is.EqualTo("people.approve"));
    }

    private static void WasCaught(Line[] all)
    {
        var failed = At(all, "v1.2.0", "production", "failed");
        var back = At(all, "v1.2.0", "production", "rolledBack");
        Assert.That(all[failed].Code, Does.StartWith("analysis.errors."));
        Assert.That(back, Is.GreaterThan(failed));
        Assert.That(all[back].At - all[failed].At, Is.LessThanOrEqualTo(BackWithin));

        // The same push again: it is answered, and taken by nobody.
        var after = all[back..].Where(line => line is { Tag: "v1.2.0", Stage: "production" }).ToArray();
        Assert.That(after.Select(line => line.Code), Does.Contain("candidate.failed"));
        Assert.That(after.Select(line => line.Outcome), Has.None.EqualTo("deploying").And.None.EqualTo("deployed"));
    }

    private static void WasHeldUntilResumed(Line[] all)
    {
        var held = Array.FindIndex(all, line => line is { Tag: "v1.2.1", Stage: "production", Code: "stage.held" });
        var resumed = Array.FindIndex(all, line => line.Code == "people.resume");
        Assert.That(new[] { held, resumed, At(all, "v1.2.1", "production", "deploying") }, Is.Ordered.And.All.Not.Negative);
    }

    private static int At(Line[] all, string tag, string stage, string outcome) =>
        Array.FindIndex(all, line => line.Tag == tag && line.Stage == stage && line.Outcome == outcome);

    /// <summary>The shares that status told of a release at production, in order.</summary>
    private static string[] SharesOf(string said, string tag) =>
    [
        .. from line in said.Split('\n')
           where line.Contains($"status      production: {tag} ", StringComparison.Ordinal)
           let words = line.Split(" at ")
           where words.Length > 1 && words[1].Contains(" %, next step ", StringComparison.Ordinal)
           group line by words[1].Split(" %")[0] into share
           select share.Key,
    ];

    /// <summary>The last column of the table at the end.</summary>
    private static int FailedOf(string said, string tag) => int.Parse(
        said.Split('\n').Last(line => line.StartsWith($"{tag} ", StringComparison.Ordinal)).Split(' ')[^1], NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    private static string? Serving(JsonElement why, string stage) => why.GetProperty("status").GetProperty("stages").EnumerateArray()
        .Single(each => each.GetProperty("stage").GetString() == stage).GetProperty("tag").GetString();

    private sealed record Line(string? Tag, string? Stage, string Outcome, string Code, DateTimeOffset At)
    {
        public static Line Of(JsonElement line)
        {
            var record = line.GetProperty("record");
            return new(
                Text(record, "tag"), Text(record, "stage"), Text(record, "outcome")!, Text(record.GetProperty("reason"), "code")!,
                record.GetProperty("at").GetDateTimeOffset());
        }

        private static string? Text(JsonElement of, string name) => of.TryGetProperty(name, out var value) ? value.GetString() : null;
    }
}
