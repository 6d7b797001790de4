using System.Collections.Immutable;
using System.Text.Json;
using CdAutomation.Cli.Commands;
using CdAutomation.Cli.Output;
using CdAutomation.Triggers.Health;
using CdAutomation.Triggers.Requests;

namespace CdAutomation.Cli.Doctor;

/// <summary>Do the functions answer, can they write, do their clock and ours agree, and does anything stand in their way?</summary>
internal sealed class FunctionChecks(ApiAnswers api, DoctorPlace place, HttpClient http, TimeProvider clock)
{
    /// <summary>Google's tokens carry times, and are refused when these are a few minutes off; windows open by the minute.</summary>
    private static readonly TimeSpan SkewMax = TimeSpan.FromSeconds(30);

    /// <summary>Whoever wakes what waits comes every minute.</summary>
    private static readonly TimeSpan OverdueMax = TimeSpan.FromMinutes(5);

    public IEnumerable<Examination> All =>
    [
        new("functions", FunctionsAsync),
        new("clock", ClockAsync),
        new("store", StoreAsync),
        new("stages", StagesAsync),
    ];

    private async Task<ImmutableArray<CheckResult>> FunctionsAsync(CancellationToken cancellation)
    {
        var address = "an address that is not known";
        try
        {
            address = (await api.ConnectionAsync(cancellation)).Address;
            await api.StatusAsync(cancellation);
            return [CheckResult.Well("functions", $"they answer at {address}")];
        }
        catch (RefusedException refused) when (refused.Problem.Status is 401 or 403)
        {
            return [CheckResult.Broken("functions", $"they answer at {address}, and refuse the token: {refused.Problem.Detail}", TokenMend(address))];
        }
        catch (ConnectionException fault)
        {
            return [CheckResult.Broken("functions", fault.Message, place.Again)];
        }
    }

    private string TokenMend(string address) => place.Up is null
        ? $"export CDAUTOMATION_TOKEN=$(gcloud auth print-identity-token --impersonate-service-account=cd-operator@{place.Project}.iam.gserviceaccount.com "
            + $"--audiences={address} --include-email)"
        : $"export CDAUTOMATION_TOKEN=$(cat {Shell.Quoted(Path.Combine(place.Up.Data, "token"))})";

    private async Task<ImmutableArray<CheckResult>> ClockAsync(CancellationToken cancellation)
    {
        var address = (await api.ConnectionAsync(cancellation)).Address;
        var before = clock.GetUtcNow();
        using var answer = await http.GetAsync(new Uri($"{address}/healthz"), cancellation);
        var after = clock.GetUtcNow();
        if (answer.Headers.Date is not { } theirs)
            return [CheckResult.Unknown("clock", $"the answer of {address} has no date")];

        // Their date has whole seconds, and was written somewhere between our two looks at the clock.
        var skew = theirs > after ? theirs - after : before - (theirs + TimeSpan.FromSeconds(1));
        if (skew <= SkewMax)
            return [CheckResult.Well("clock", $"this machine's clock and that of {address} agree")];
        var way = theirs > after ? "behind" : "ahead of";
        return [CheckResult.Broken("clock", $"this machine's clock is {skew.TotalSeconds:0} s {way} that of {address}", "sudo timedatectl set-ntp true")];
    }

    private async Task<ImmutableArray<CheckResult>> StoreAsync(CancellationToken cancellation)
    {
        var address = (await api.ConnectionAsync(cancellation)).Address;
        using var answer = await http.GetAsync(new Uri($"{address}/readyz"), cancellation);
        var readiness = await ReadAsync(answer, cancellation);
        if (readiness?.Checks.FirstOrDefault(check => check.Name == "journal") is not { } journal)
            return [CheckResult.Unknown("store", $"{address}/readyz does not say; from outside of Google Cloud its own front end may answer in its place")];
        return journal.Ok
            ? [CheckResult.Well("store", "the journal can be written")]
            : [CheckResult.Broken("store", journal.Detail ?? "the journal cannot be written", StoreMend())];
    }

    private string StoreMend() => place.Up is { } up
        ? $"fuser --verbose {Shell.Quoted(Path.Combine(up.Data, "journal.db"))}; df -h {Shell.Quoted(up.Data)}"
        : $"gcloud firestore databases describe --database=cdautomation --project={place.Project}";

    private static async Task<Readiness?> ReadAsync(HttpResponseMessage answer, CancellationToken cancellation)
    {
        try
        {
            await using var body = await answer.Content.ReadAsStreamAsync(cancellation);
            return await JsonSerializer.DeserializeAsync(body, ApiJson.Default.Readiness, cancellation);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<ImmutableArray<CheckResult>> StagesAsync(CancellationToken cancellation)
    {
        var status = await api.StatusAsync(cancellation);
        var overdue = clock.GetUtcNow() - OverdueMax;
        var wrong = ImmutableArray.CreateBuilder<CheckResult>();
        foreach (var pipeline in status.Pipelines)
        {
            foreach (var stage in pipeline.Stages)
            {
                var name = $"stage {pipeline.Pipeline}/{stage.Stage}";
                if (stage.Problem is { } problem)
                    wrong.Add(CheckResult.Broken(name, $"the functions cannot look at it: {problem}", $"cdctl why {pipeline.Pipeline}"));
                if (stage.Next < overdue)
                    wrong.Add(CheckResult.Broken(name, $"what was due at {stage.Next.Value.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z is not done; ticks do not come", TickMend()));
            }
        }

        return wrong.Count > 0 ? wrong.ToImmutable() : [CheckResult.Well("stages", $"nothing stands in the way of {status.Pipelines.Length} pipelines, and nothing is overdue")];
    }

    private string TickMend() => place.Up is null ? $"gcloud scheduler jobs resume cd-tick --location={place.Region} --project={place.Project}" : place.Again;
}
