using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using CdAutomation.Cli.Output;
using CdAutomation.Cli.Remote;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Targets;
using CdAutomation.GoogleCloud.CloudRun;
using CdAutomation.GoogleCloud.Identity;
using CdAutomation.GoogleCloud.Verification;

namespace CdAutomation.Cli.Commands;

/// <summary><c>cdctl watchdog</c></summary>
internal static class WatchdogCommand
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    // A tick may look at every registry; Cloud Run gives it ten minutes, and a new version that needs one is no good either.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static Command Create()
    {
        var project = new Option<string>("--project") { Description = "Google Cloud project of the functions.", Required = true };
        var region = new Option<string>("--region") { Description = "Their Cloud Run location, e.g. asia-northeast1.", Required = true };
        var ready = new Option<string[]>("--ready") { Description = "Services that must answer /-/ready with success.", AllowMultipleArgumentsPerToken = true };
        var tick = new Option<string[]>("--tick")
        {
            Description = "Services that must handle a tick: an empty POST, as Cloud Scheduler sends it.",
            AllowMultipleArgumentsPerToken = true,
        };
        var probation = new Option<int>("--probation") { Description = "Minutes for which a revision counts as new.", DefaultValueFactory = _ => 60 };
        var attempts = new Option<int>("--attempts") { Description = "How often a service is asked, ten seconds apart, before it counts as silent.", DefaultValueFactory = _ => 3 };
        var dryRun = new Option<bool>("--dry-run") { Description = "Change nothing, and say what would be." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object a service." };
        foreach (var number in (Option<int>[])[probation, attempts])
        {
            number.Validators.Add(it =>
            {
                if (it.GetValueOrDefault<int>() is < 1 or > 10_000)
                    it.AddError($"{number.Name} is a number from 1 to 10000.");
            });
        }

        var command = new Command(
            "watchdog",
            "Asks the functions whether they work, and puts the revision before back where a new one does not. "
            + "For a schedule: see infra/modules/automation/watchdog.tf.")
        {
            project, region, ready, tick, probation, attempts, dryRun, json,
        };
        command.SetAction((arguments, cancellation) => RunAsync(
            new(
                arguments.GetRequiredValue(project),
                arguments.GetRequiredValue(region),
                arguments.GetValue(ready) ?? [],
                arguments.GetValue(tick) ?? [],
                TimeSpan.FromMinutes(arguments.GetValue(probation)),
                arguments.GetValue(attempts),
                arguments.GetValue(dryRun),
                arguments.GetValue(json)),
            Screen.For(arguments),
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(Wishes wishes, Screen screen, CancellationToken cancellation)
    {
        ImmutableArray<Target> services =
            [.. wishes.Ready.Concat(wishes.Tick).Distinct(StringComparer.Ordinal).Select(name => new Target(wishes.Project, wishes.Region, name, "functions", null))];
        if (services.IsEmpty)
        {
            screen.Error("there is nothing to watch; name services with --ready and --tick");
            return Exit.Unusable;
        }

        try
        {
            var clock = TimeProvider.System;
            using var metadata = new MetadataIdentityTokens(Environment.GetEnvironmentVariable("GCE_METADATA_HOST"), clock);
            using var probe = new FunctionProbe(wishes.Attempts, Pause, Patience, metadata, clock);
            using var watch = new DeadManWatch(
                wishes.Region,
                wishes.Probation,
                (service, address, stop) => probe.AskAsync(address, wishes.Tick.Contains(service.Name), stop),
                new CloudRunOptions { Endpoint = CloudRunApi.EndpointOf(Environment.GetEnvironmentVariable) },
                GoogleAccessTokens.FromEnvironment(Environment.GetEnvironmentVariable, clock),
                clock);
            var looked = await watch.LookAsync(services, wishes.DryRun, cancellation);
            foreach (var it in looked)
                Tell(it, wishes, screen);
            return looked.Any(it => it.Wrong is not null) ? Exit.Failed : Exit.Ok;
        }
        catch (ConnectionException fault)
        {
            screen.Error(fault.Message);
            return Exit.Unusable;
        }
        catch (ArgumentException fault)
        {
            screen.Error($"{Excerpt.Of(wishes.Region)}: {fault.Message}");
            return Exit.Unusable;
        }
    }

    private static void Tell(WatchedService it, Wishes wishes, Screen screen)
    {
        if (wishes.Json)
        {
            screen.Raw(JsonSerializer.Serialize(
                new WatchdogLine(it.Service.Name, it.Revision, it.Wrong, it.PutBack, it.Left), CliJson.Default.WatchdogLine));
            return;
        }

        var told = $"{(it.Wrong is null ? "✔" : "✗")} {it.Service.Name} {it.Revision}: {it.Wrong ?? "it answers"}";
        if (it.PutBack is not null)
            told += wishes.DryRun ? $"; {it.PutBack} would be put back" : $"; {it.PutBack} is put back";
        else if (it.Left is not null)
            told += $"; left as it is: {it.Left}";
        screen.Raw(told);
    }

    private sealed record Wishes(
        string Project, string Region, string[] Ready, string[] Tick, TimeSpan Probation, int Attempts, bool DryRun, bool Json);
}

/// <summary>What was seen of a service, and what was done.</summary>
/// <param name="Service">Its name.</param>
/// <param name="Revision">Which revision served.</param>
/// <param name="Wrong">What was wrong with its answer; null where it answered.</param>
/// <param name="PutBack">Which revision serves now, or would with <c>--dry-run</c> left out; null where nothing was changed.</param>
/// <param name="Left">Why it was left as it is.</param>
internal sealed record WatchdogLine(string Service, string Revision, string? Wrong, string? PutBack, string? Left);
