using System.Collections.Immutable;
using CdAutomation.Cli.Output;
using CdAutomation.Delivery.Policies;

namespace CdAutomation.Cli.Doctor;

/// <summary>Are policies in force, since when, and was a later edition refused?</summary>
internal sealed class PolicyCheck(ApiAnswers api, DoctorPlace place, TimeProvider clock)
{
    private const string Name = "policy";

    public Examination It => new(Name, LookAsync);

    private async Task<ImmutableArray<CheckResult>> LookAsync(CancellationToken cancellation)
    {
        var report = await api.PolicyAsync(cancellation);
        // What is put into force again after a refusal is newer than that.
        var refused = report.Refused.FirstOrDefault(refusal => !refusal.Waits && (report.Active is not { } good || refusal.At > good.Since));
        var waiting = report.Refused.FirstOrDefault(refusal => refusal.Waits && (report.Active is not { } good || refusal.At > good.Since));
        return (report.Active, refused, waiting) switch
        {
            (null, null, _) => [CheckResult.Broken(Name, "no policies are in force, and nothing is deployed until some are", Publish())],
            (null, { } no, _) => [CheckResult.Broken(Name, $"no policies are in force; {Refused(no)}", Check())],
            ({ Pipelines.IsEmpty: true } active, null, _) =>
                [CheckResult.Broken(Name, $"commit {Telling.Short(active.Commit)} is in force, and this version finds no pipeline in it", Check())],
            ({ } active, { } no, _) => [CheckResult.Broken(Name, $"{Refused(no)}; commit {Telling.Short(active.Commit)} stays in force, {Age(active)}", Check())],
            ({ } active, null, { } waits) =>
                [CheckResult.Unknown(Name, $"commit {Telling.Short(active.Commit)} is in force, and a later one waits: {Why(waits)}", "cdctl policy status")],
            ({ } active, null, null) =>
                [CheckResult.Well(Name, $"commit {Telling.Short(active.Commit)} of {active.CommittedAt.UtcDateTime:yyyy-MM-dd} is in force, {Age(active)}")],
        };
    }

    private string Publish() => place.Up is { } up
        ? $"git -C {Shell.Quoted(up.Policies)} commit --all"
        : $"gcloud builds triggers run cd-policies-publish --branch=main --project={place.Project}";

    private string Check() => place.Up is { } up ? $"cdctl check {Shell.Quoted(up.Policies)}" : "cdctl policy status";

    private string Age(PolicyStanding active)
    {
        var age = clock.GetUtcNow() - active.Since;
        return age.TotalDays >= 1 ? $"for {(int)age.TotalDays} days" : $"since {active.Since.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z";
    }

    private static string Refused(PolicyRefusal refusal) =>
        $"{(refusal.Commit is { } commit ? $"commit {Telling.Short(commit)}" : $"{refusal.Repository}@{refusal.Digest}")} is refused: {Why(refusal)}";

    private static string Why(PolicyRefusal refusal) => refusal.Reasons switch
    {
        [] => "no reason was kept",
        [var only] => only.Sentence,
        [var first, ..] => $"{first.Sentence} (and {refusal.Reasons.Length - 1} more)",
    };
}
