using System.Net;
using CdAutomation.Storage.Firestore;
using CdAutomation.Storage.Tests.Firestore;
using CdAutomation.Triggers.Tests.Stage;

namespace CdAutomation.Triggers.Tests.Hosting;

/// <summary>One function a process, with the journal in Google's Firestore emulator.</summary>
[Category("Firestore")]
public sealed class FirestoreTests
{
    [OneTimeSetUp]
    public static Task Starts() => Emulator.Starts();

    [OneTimeTearDown]
    public static Task Ends() => Emulator.Ends();

    [Test]
    public async Task A_process_takes_events_into_firestore_and_is_told_when_it_is_away()
    {
        var options = Emulator.NewDatabase() with { Project = "acme-prod", Database = "cd-journal" };
        (string, string)[] environment =
        [
            ("CDAUTOMATION_STORE", "firestore"),
            ("CDAUTOMATION_FIRESTORE_PROJECT", options.Project),
            ("CDAUTOMATION_FIRESTORE_DATABASE", options.Database),
            ("FIRESTORE_EMULATOR_HOST", Emulator.Address),
        ];
        await using var served = await FunctionProcess.ServeAsync(FunctionProcess.Managed, "OnImagePushed", environment);
        await ImageProof.TakesAnImageAsync(served, new FirestoreJournal(Emulator.Calls, options, null, TimeProvider.System));
        Assert.That(await served.Http.GetStringAsync("/healthz"), Is.Empty);
        Assert.That(await ReadinessAsync(served), Does.Contain("\"name\":\"journal\",\"ok\":true"));

        await Emulator.Ends();
        var answer = await served.Http.SendAsync(Messages.Post("/", Messages.Envelope(Messages.Pushed("v1.2.4", Messages.DigestA))));
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.ServiceUnavailable), "so that it is delivered again");
        Assert.That(await ReadinessAsync(served), Does.Contain("Firestore cannot be reached"));
        Assert.That(await served.TerminateAsync(), Is.Zero);
    }

    private static async Task<string> ReadinessAsync(FunctionProcess served) => await (await served.Http.GetAsync("/readyz")).Content.ReadAsStringAsync();
}
