using System.CommandLine;
using CdAutomation.Cli.Demo;
using CdAutomation.Cli.Output;
using CdAutomation.Cli.Up;

namespace CdAutomation.Cli.Commands;

/// <summary><c>cdctl up</c></summary>
internal static partial class UpCommand
{
    public static Command Create()
    {
        var policies = new Option<string?>("--policies") { Description = "The policy folder: a git repository, or made one. Otherwise the data folder's, with a sample." };
        var data = new Option<string?>("--data")
        {
            Description = "Where everything is kept between runs. Otherwise your data folder; with --demo a new one, which is removed at the end.",
        };
        var json = new Option<bool>("--json") { Description = "Print one JSON object of addresses first, then one object a decision." };
        var demo = DemoOption.Create();
        var simulate = new Option<bool>("--simulate") { Description = "Do not run containers even where podman or docker could." };
        var command = new Command("up", "Starts all of it on this machine: registry, Pub/Sub, Cloud Run, the functions, and a policy folder in git. Stop it with Ctrl+C.")
        {
            policies, data, json, demo, simulate,
        };
        command.SetAction((arguments, cancellation) => RunAsync(
            new(
                arguments.GetValue(policies),
                arguments.GetValue(data) ?? (DemoOption.StoryOf(arguments, demo) is null ? DataFolder.Default() : null),
                arguments.GetValue(json),
                DemoOption.StoryOf(arguments, demo),
                arguments.GetValue(simulate)),
            Screen.For(arguments),
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(Wishes wishes, Screen screen, CancellationToken cancellation)
    {
        try
        {
            using var data = DataFolder.Open(wishes.Data);
            wishes.Demo?.Check(data, wishes.Policies);
            using var repository = PolicyRepository.Open(
                wishes.Policies ?? data.Policies, wishes.Demo?.Policies ?? Sample.Usual, TimeProvider.System.GetLocalNow());
            await using var session = await Session.StartAsync(data, repository, wishes, screen, cancellation);
            return await session.RunAsync(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return Exit.Ok;
        }
        catch (Exception fault) when (fault is UpException or IOException)
        {
            screen.Error(fault.Message);
            return Exit.Unusable;
        }
    }

    /// <summary>What was asked for.</summary>
    internal sealed record Wishes(string? Policies, string? Data, bool Json, Story? Demo, bool Simulate)
    {
        /// <summary>What services are made with.</summary>
        public Founding Founding => Demo?.Founding ?? Founding.Placeholder;
    }
}
