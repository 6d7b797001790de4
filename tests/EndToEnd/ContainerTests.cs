using CdAutomation.EndToEnd.Stage;

namespace CdAutomation.EndToEnd;

/// <summary>The main job with images that are really run.</summary>
[Category("Containers")]
public sealed class ContainerTests
{
    private const string Image = "acme/app/web";

    [Test]
    public async Task The_demo_tells_its_whole_story_with_real_containers_and_leaves_none_behind()
    {
        using var folder = new UpFolder();
        await using var up = OwnProcess.Start("dotnet", [Cdctl.Program, "up", "--demo", "--data", folder.Data], folder.Environment);
        var said = await Eventually.SeesAsync(
            "the demo's last line",
            () => string.Join('\n', up.Output),
            text => !up.IsRunning || text.Contains("Ctrl+C ends it.", StringComparison.Ordinal));
        await TestContext.Out.WriteLineAsync(said);

        Assert.That(up.IsRunning, Is.True, string.Join('\n', up.Error));
        RunsContainers(said);
        Assert.That(said, Does.Contain("answers 200: shop v1.0.0").And.Contain("answers 200: shop v1.1.0"));
        // After v1.2.0 did not start, the service is visited once more.
        Assert.That(said[said.IndexOf("v1.2.0 is pushed", StringComparison.Ordinal)..], Does.Contain("answers 200: shop v1.1.0"));
        Assert.That(said, Does.Not.Contain("answers 200: shop v1.2.0"));

        using var cloud = await CloudRun.OfLatestAsync(folder);
        Assert.That(await cloud.VisitAsync("web"), Does.StartWith("shop v1.1.0"));

        var containers = Containers.Of(up.Id);
        Assert.That(containers, Is.Not.Empty);
        Assert.That(await up.StopAsync(), Is.Zero, string.Join('\n', up.Error));
        Assert.That(Containers.StillRunning(containers), Is.Empty);
    }

    [Test]
    public async Task A_program_that_umoci_packed_serves_and_one_that_cannot_start_leaves_it_serving()
    {
        using var folder = new UpFolder(("shop.yaml", Policies.Pipeline("shop", "web")));
        await using var up = await StartAsync(folder);
        using var cloud = new CloudRun(up.Run, up.Services);
        var program = await PackedProgram.MakeAsync(folder.Images, up.Registry, "packed by umoci");

        await ServesAsync(up, cloud, program);
        await Skopeo.PushAsync(program.Broken, up.Registry, $"{Image}:v1.1.0");
        var why = await Eventually.SeesAsync(
            "v1.1.0 has failed", () => up.WhyAsync("shop"), it => it.Of("v1.1.0").Any(line => line.Outcome == "failed"));
        await TestContext.Out.WriteLineAsync($"the journal says: {why.Of("v1.1.0")[^1].Sentence}");
        Assert.That(await cloud.VisitAsync("web"), Does.StartWith(program.Text));
        Assert.That(why.ServingTag, Is.EqualTo("v1.0.0"));

        var containers = Containers.Of(up.Id);
        Assert.That(containers, Is.Not.Empty);
        Assert.That(await up.StopAsync(), Is.Zero, up.Complaints);
        Assert.That(Containers.StillRunning(containers), Is.Empty);
    }

    [Test]
    public async Task What_a_killed_up_left_running_is_found_by_the_next_one_which_serves_as_before()
    {
        using var folder = new UpFolder(("shop.yaml", Policies.Pipeline("shop", "web")));
        int[] left = [];
        try
        {
            string text;
            await using (var up = await StartAsync(folder))
            {
                using var cloud = new CloudRun(up.Run, up.Services);
                var program = await PackedProgram.MakeAsync(folder.Images, up.Registry, "still there");
                await ServesAsync(up, cloud, program);
                (text, left) = (program.Text, Containers.Of(up.Id));
                await up.KillAsync();
            }

            Assert.That(Containers.StillRunning(left), Is.Not.Empty, "containers outlive a kill -9");
            await ServesAsBeforeAsync(folder, text, left);
        }
        finally
        {
            Containers.Kill(left);
        }
    }

    private static async Task ServesAsBeforeAsync(UpFolder folder, string text, int[] left)
    {
        await using var up = await StartAsync(folder);
        using var cloud = new CloudRun(up.Run, up.Services);
        await Eventually.SeesAsync("it serves again", () => cloud.VisitAsync("web"), it => it.StartsWith(text, StringComparison.Ordinal));
        Assert.That(Containers.StillRunning(left), Is.Empty);

        var containers = Containers.Of(up.Id);
        Assert.That(containers, Is.Not.Empty);
        Assert.That(await up.StopAsync(), Is.Zero, up.Complaints);
        Assert.That(Containers.StillRunning(containers), Is.Empty);
    }

    private static async Task ServesAsync(Up up, CloudRun cloud, PackedProgram program)
    {
        await Skopeo.PushAsync(program.Good, up.Registry, $"{Image}:v1.0.0");
        var answer = await Eventually.SeesAsync(
            "the service answers", () => cloud.VisitAsync("web"), it => it.StartsWith(program.Text, StringComparison.Ordinal));
        await TestContext.Out.WriteLineAsync($"the service answers through the proxy: {answer.Trim()}");
        await up.ToldAsync("shop", "v1.0.0", "rollout.serving");
    }

    private static async Task<Up> StartAsync(UpFolder folder)
    {
        var up = await Up.StartAsync(folder);
        if (up.Revisions == "containers")
            return up;

        await up.DisposeAsync();
        // Only people are told why.
        using var asking = new UpFolder();
        await using var told = OwnProcess.Start("dotnet", [Cdctl.Program, "up", "--data", asking.Data], asking.Environment);
        RunsContainers(await Eventually.SeesAsync(
            "what revisions are",
            () => told.Output.FirstOrDefault(line => line.StartsWith("revisions", StringComparison.Ordinal)) ?? "",
            line => line.Length > 0));
        throw new AssertionException("one start found no way to run containers, the next one did");
    }

    private static void RunsContainers(string said)
    {
        var line = said.Split('\n').First(line => line.StartsWith("revisions", StringComparison.Ordinal));
        if (!line.Contains("real containers", StringComparison.Ordinal))
            Assert.Fail($"cdctl up runs no containers: {line}. apt-get install -y podman runc");
    }
}
