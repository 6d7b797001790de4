using CdAutomation.Cli.Commands;
using CdAutomation.Cli.Up;
using CdAutomation.Domain.Decisions;
using CdAutomation.Triggers.Requests;

namespace CdAutomation.Cli.Demo;

/// <summary>
/// A good release walks through staging, soak, approval and canary while users send requests; a bad one is caught by its errors and taken back;
/// a mended one goes through after somebody has resumed the stage.
/// </summary>
internal sealed class RolloutStory(Narrator narrator)
{
    private const string Shop = "shop";
    private const string Web = "acme/app/web";
    private const string Staging = "staging";
    private const string Production = "production";
    private const int RequestsPerSecond = 300;

    /// <summary>A loaded machine sends fewer requests, and the canary needs its hundred whatever the time.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private static readonly DemoImage First = DemoImage.Answering("shop v1.0.0");
    private static readonly DemoImage Good = DemoImage.Answering("shop v1.1.0");
    private static readonly DemoImage Bad = DemoImage.FailingOneIn(5, "shop v1.2.0");
    private static readonly DemoImage Mended = DemoImage.Answering("shop v1.2.1");

    private readonly Connection _api = Connection.Of(narrator.Stack.Addresses);
    private readonly RolloutTable _table = new();

    /// <summary>What runs in both stages when it begins.</summary>
    public static Founding Before { get; } = new("asia-northeast1-docker.pkg.dev", Web, "v1.0.0", First);

    public async Task TellAsync(CancellationToken cancellation)
    {
        using var api = _api;
        var status = new StatusWatch(_api, Shop, narrator);
        var host = await narrator.WebOfAsync("acme", cancellation);
        await using var users = new Users(narrator.Stack.Run.ProxyAddress, host.Authority, RequestsPerSecond, [First, Good, Bad, Mended], narrator.Clock);
        narrator.Say($"The shop runs v1.0.0 in staging and in production, where its users send {RequestsPerSecond} requests a second.");

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var telling = status.RunAsync(ending.Token);
        try
        {
            await await Task.WhenAny(ChaptersAsync(status, users, ending.Token), telling);
        }
        finally
        {
            await ending.CancelAsync();
        }

        await users.LeaveAsync();
        _table.Tell(narrator, users, First, Good, Bad, Mended);
        await narrator.EndAsync(cancellation, "cdctl status", "cdctl why shop", "cdctl why shop --image v1.2.0");
    }

    private async Task ChaptersAsync(StatusWatch status, Users users, CancellationToken cancellation)
    {
        await StagedAsync("v1.1.0 is pushed.", "v1.1.0", Good, cancellation);
        await ApprovedAsync(status, "v1.1.0", Outcome.Deployed, cancellation);

        await StagedAsync("v1.2.0 is pushed. It answers one request in five with an error, which nobody has noticed in staging.", "v1.2.0", Bad, cancellation);
        await CaughtAsync(status, users, cancellation);

        narrator.Say("The very same v1.2.0 is pushed again.");
        await narrator.AnswerAsync(
            () => narrator.PushAsync(Web, "v1.2.0", Bad, cancellation), Shop, "v1.2.0", record => record.Stage == Production, Patience, cancellation);

        await StagedAsync("v1.2.1 is pushed, which is mended.", "v1.2.1", Mended, cancellation);
        await OrderAsync(
            $"resumes {Production}: cdctl resume shop --stage production --reason 'mended in v1.2.1'",
            new("resume", Production, null, null, null, "mended in v1.2.1"), cancellation);
        await ApprovedAsync(status, "v1.2.1", Outcome.Deployed, cancellation);
    }

    /// <summary>A release is pushed and comes to serve staging.</summary>
    private Task<DecisionRecord> StagedAsync(string sentence, string tag, DemoImage image, CancellationToken cancellation)
    {
        narrator.Say(sentence);
        return narrator.AnswerAsync(
            () => narrator.PushAsync(Web, tag, image, cancellation), Shop, tag, Is(Staging, Outcome.Deployed), Patience, cancellation);
    }

    /// <summary>A release has soaked and lacks nothing but a yes; somebody says it, and production answers.</summary>
    private async Task<DecisionRecord> ApprovedAsync(StatusWatch status, string tag, Outcome outcome, CancellationToken cancellation)
    {
        await LacksApprovalAsync(status, tag, cancellation);
        var before = await narrator.Stack.Functions.Journal.LatestNumberAsync(cancellation);
        await OrderAsync(
            $"approves: cdctl approve shop --stage production --image {tag}", new("approve", Production, tag, null, null, null), cancellation);
        // Whichever comes: a good release that is not taken must not be waited for until patience ends.
        var end = await narrator.AnswerAfterAsync(
            before, Shop, tag, record => record.Stage == Production && record.Outcome is Outcome.Deployed or Outcome.Failed, Patience, cancellation);
        if (end.Outcome != outcome)
            throw new UpException($"{tag} was to be {outcome} in {Production} and is {end.Outcome}: {end.Reason.Sentence}");
        if (outcome == Outcome.Deployed)
            _table.Serves(tag, end);
        return end;
    }

    private async Task CaughtAsync(StatusWatch status, Users users, CancellationToken cancellation)
    {
        var before = await narrator.Stack.Functions.Journal.LatestNumberAsync(cancellation);
        var verdict = await ApprovedAsync(status, "v1.2.0", Outcome.Failed, cancellation);
        var back = await narrator.AnswerAfterAsync(before, Shop, "v1.2.0", Is(Production, Outcome.RolledBack), Patience, cancellation);
        _table.IsTakenBack("v1.2.0", verdict, back);
        var took = (back.At - verdict.At).TotalSeconds;
        var last = users.Of(Bad).Last is { } at && at > verdict.At
            ? $"the last answer of v1.2.0 came {(at - verdict.At).TotalSeconds:0.0} s after it"
            : "nobody got an answer of v1.2.0 after it";
        narrator.Note($"  All traffic was back at v1.1.0 {took:0.0} s after the verdict; {last}.");
    }

    private async Task LacksApprovalAsync(StatusWatch status, string tag, CancellationToken cancellation)
    {
        for (var began = narrator.Clock.GetTimestamp(); ; await Task.Delay(TimeSpan.FromMilliseconds(100), narrator.Clock, cancellation))
        {
            var stage = (await status.TellAsync(cancellation)).FirstOrDefault(each => each.Stage == Production);
            if (stage?.Waiting is [{ Reason.Code: "approvals.awaited" } waiting, ..] && waiting.Release.StartsWith(tag, StringComparison.Ordinal))
                return;
            if (narrator.Clock.GetElapsedTime(began) > Patience)
                throw new UpException($"{tag} does not come to wait for an approval; 'cdctl why {Shop}' tells what is known");
        }
    }

    /// <summary>Somebody says something, as <c>cdctl</c> does it.</summary>
    private async Task OrderAsync(string sentence, CommandOrder order, CancellationToken cancellation)
    {
        narrator.Say($"{FunctionsHost.Actor} {sentence}");
        var (report, problem) = await _api.PostAsync(
            $"/v1/pipelines/{Shop}/commands", order, ApiJson.Default.CommandOrder, ApiJson.Default.WhyReport, cancellation);
        if (report is null)
            throw new UpException($"{order.Command} was not taken: {problem!.Detail}");
    }

    private static Func<DecisionRecord, bool> Is(string stage, Outcome outcome) => record => record.Stage == stage && record.Outcome == outcome;
}
