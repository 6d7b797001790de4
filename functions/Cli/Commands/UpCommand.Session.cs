using System.Text.Json;
using CdAutomation.Cli.Demo;
using CdAutomation.Cli.Output;
using CdAutomation.Cli.Up;
using CdAutomation.Delivery;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Policies;
using CdAutomation.Storage.Sqlite;
using CdAutomation.Triggers;
using CdAutomation.Triggers.Requests;
using Spectre.Console;

namespace CdAutomation.Cli.Commands;

/// <content>What runs, and what it tells.</content>
internal static partial class UpCommand
{
    /// <summary>One run, from the first address to Ctrl+C.</summary>
    private sealed class Session(LocalStack stack, PolicyRepository repository, Wishes wishes, Screen screen) : IAsyncDisposable
    {
        private readonly ServiceFounder _founder = new(stack.Run.Address, wishes.Founding);

        public static async Task<Session> StartAsync(DataFolder data, PolicyRepository repository, Wishes wishes, Screen screen, CancellationToken cancellation)
        {
            if (!wishes.Json)
                screen.Line("Starting …");
            var stack = await LocalStack.StartAsync(
                data, repository, await KnownAsync(data, repository, cancellation), wishes.Founding, wishes.Simulate, TimeProvider.System, cancellation);
            return new(stack, repository, wishes, screen);
        }

        /// <summary>The policies that are about to be in force: those of the checked-out commit, or the last good ones.</summary>
        private static async Task<PolicySet> KnownAsync(DataFolder data, PolicyRepository repository, CancellationToken cancellation)
        {
            if (repository.Read() is { } commit && PolicyWatch.OfferOf(commit).Offer is { FailedTests.IsEmpty: true } offer && offer.Policies.TryGetValue(out var policies))
                return policies;

            using var journal = SqliteJournal.Open(data.Journal);
            return await new ActivePolicies(journal, new PolicyFilesReader()).CurrentAsync(cancellation);
        }

        public async Task<int> RunAsync(CancellationToken cancellation)
        {
            using var http = new HttpClient();
            var pusher = new ImagePusher(http, stack.Addresses.Registry);
            await pusher.PushAsync(wishes.Founding.Path, wishes.Founding.Tag, wishes.Founding.Image, cancellation);

            var feed = new Feed(stack.Functions.Journal, Tell, TimeProvider.System);
            await feed.SkipAsync(cancellation);
            var watch = new PolicyWatch(repository, stack.Functions, PrepareAsync, screen.Error, TimeProvider.System);
            (string Commit, ActivationVerdict Verdict)? first = null;
            watch.Looked += (commit, verdict) => first ??= (commit, verdict);
            await watch.LookAsync(cancellation);
            // Every pipeline has looked at its service and its registry before anybody is told that they may push.
            await stack.Functions.Tick.RunAsync(cancellation);

            stack.Addresses.WriteDown();
            Introduce();
            if (first is { } looked)
                Refused(looked.Commit, looked.Verdict);
            watch.Looked += NewCommit;

            using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var ticking = new Ticking(stack.Functions.Tick, screen.Error, TimeProvider.System);
            List<Task> running = [watch.RunAsync(ending.Token), feed.RunAsync(ending.Token), ticking.RunAsync(ending.Token)];
            if (wishes.Demo is { } story)
                running.Add(story.TellAsync(new Narrator(stack, pusher, feed, screen, wishes.Json, TimeProvider.System), http, ending.Token));

            await UntilOneFailsAsync(running, ending);
            return Exit.Ok;
        }

        public async ValueTask DisposeAsync()
        {
            _founder.Dispose();
            await stack.DisposeAsync();
        }

        /// <summary>The demo ends by itself and the rest goes on; a part that fails ends all.</summary>
        private static async Task UntilOneFailsAsync(List<Task> running, CancellationTokenSource ending)
        {
            try
            {
                while (running.Count > 0)
                {
                    var ended = await Task.WhenAny(running);
                    running.Remove(ended);
                    await ended;
                }
            }
            finally
            {
                await ending.CancelAsync();
            }
        }

        private async Task PrepareAsync(PolicySet policies)
        {
            stack.KnowNamesOf(policies);
            await _founder.FoundAsync(policies, CancellationToken.None);
        }

        private void Introduce()
        {
            var at = stack.Addresses;
            if (wishes.Json)
            {
                screen.Raw(JsonSerializer.Serialize(at, CliJson.Default.Addresses));
            }
            else
            {
                screen.Line($"[bold]functions, API[/]  {at.Web}/functions/NAME, /healthz, /readyz");
                screen.Line($"[bold]registry[/]        {at.Registry}   push images here: skopeo copy --dest-tls-verify=false … docker://{at.Registry}/acme/app/web:v1.0.0");
                screen.Line($"[bold]Cloud Run[/]       {at.Run}   Admin API v2, gRPC; services answer at {at.Services}");
                screen.Line($"[bold]Pub/Sub[/]         {at.Pubsub}   gRPC; topics gcr, cloud-builds, cd-ticks, deployments of project {LocalStack.Project}");
                screen.Line($"[bold]policies[/]        {Markup.Escape(at.Policies)}   commit a change, and it is in force");
                screen.Line($"[bold]revisions[/]       {Markup.Escape(stack.RevisionsAre)}");
                screen.Line();
            }

            if (repository.UncommittedEdits() is { IsEmpty: false } edits)
                screen.Error($"{repository.Folder} has edits that are not committed; they have no effect until they are: {string.Join(", ", edits)}");
        }

        private void NewCommit(string commit, ActivationVerdict verdict)
        {
            if (!Refused(commit, verdict) && !wishes.Json)
                screen.Line($"Policy commit [bold]{commit[..12]}[/] is in force.");
        }

        private bool Refused(string commit, ActivationVerdict verdict)
        {
            if (verdict is not ActivationVerdict.Refuse refused)
                return false;
            screen.Error($"commit {commit[..12]} is not put into force, the last good one stays:");
            foreach (var reason in refused.Reasons)
                screen.Error($"{reason.Sentence}. {reason.Code}");
            return true;
        }

        private void Tell(DecisionRecord record)
        {
            if (wishes.Json)
                screen.Raw(JsonSerializer.Serialize(record, ApiJson.Default.DecisionRecord));
            else
                Telling.Decision(record, screen);
        }
    }
}
