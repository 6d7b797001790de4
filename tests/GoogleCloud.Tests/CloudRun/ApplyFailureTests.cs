using CdAutomation.Domain.Rollouts;
using Google.Cloud.Run.V2;
using Grpc.Core;
using static Google.Cloud.Run.V2.Condition.Types;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.GoogleCloud.Tests.CloudRun;

public sealed class ApplyFailureTests
{
    private const string NotListening =
        "Revision 'web-00002-new' is not ready and cannot serve traffic. The user-provided container failed to start and listen on the "
        + "port defined provided by the PORT=8080 environment variable within the allocated timeout. Logs for this revision might "
        + "contain more information.\n\nLogs URL: "
        + "https://console.cloud.google.com/logs/viewer?project=acme \nFor more troubleshooting guidance, see …";

    public static IEnumerable<TestCaseData> Final() =>
    [
        Case(new Condition { Reason = CommonReason.ContainerMissing }, "run.imageMissing"),
        Case(new Condition { Reason = CommonReason.ContainerPermissionDenied }, "run.imageDenied"),
        Case(new Condition { Reason = CommonReason.ContainerImageUnauthorized }, "run.imageUnauthorized"),
        Case(new Condition { Reason = CommonReason.ProgressDeadlineExceeded }, "run.tooSlow"),
        Case(new Condition { Reason = CommonReason.EncryptionKeyPermissionDenied }, "run.keyDenied"),
        Case(new Condition { Reason = CommonReason.SecretsAccessCheckFailed }, "run.secretDenied"),
        Case(new Condition { Reason = CommonReason.VpcNetworkNotFound }, "run.networkMissing"),
        Case(new Condition { Reason = CommonReason.RevisionFailed }, "run.revisionFailed"),
        Case(new Condition { RevisionReason = RevisionReason.HealthCheckContainerError }, "run.didNotStart"),
        Case(new Condition { RevisionReason = RevisionReason.ActiveRevisionLimitReached }, "run.revisionLimit"),
        Case(new Condition { Message = NotListening }, "run.didNotStart"),
        Case(new Condition { Message = NotListening, Reason = CommonReason.Internal }, "run.didNotStart"),
        Case(new Condition { Message = "Revision 'web' is not ready and cannot serve traffic. Image 'a.b/c@sha256:0' not found." },
            "run.imageMissing"),
        Case(new Condition { Message = "Cloud Run does not support image 'a.b/c': Container manifest type 'x' must support amd64/linux." },
            "run.imagePlatform"),
        Case(new Condition { Message = "The container failed the configured startup probe checks." }, "run.didNotStart"),
        Case(new Condition { Message = "Permission denied on secret: projects/1/secrets/s/versions/latest for x." }, "run.secretDenied"),
        Case(new Condition { Message = "something new" }, "run.revisionFailed"),
    ];

    public static IEnumerable<TestCaseData> Passing() =>
    [
        Case(new Condition { Reason = CommonReason.Internal }, "run.internal"),
        Case(new Condition { Reason = CommonReason.ContainerImageAuthorizationCheckFailed }, "run.imageCheckFailed"),
        Case(new Condition { Reason = CommonReason.EncryptionKeyCheckFailed }, "run.keyCheckFailed"),
        Case(new Condition { RevisionReason = RevisionReason.MinInstancesNotProvisioned }, "run.minInstances"),
        Case(new Condition { Message = "Container import failed" }, "run.imageImport"),
    ];

    [TestCaseSource(nameof(Final))]
    public async Task A_revision_that_cannot_be_ready_is_a_failure_with_its_reason(Condition fate, string code)
    {
        await using var run = await Web.StartAsync();
        run.Fates.Enqueue(fate);

        var first = await Web.ApplyAsync(run);
        var again = await Web.ApplyAsync(run);

        Assert.That(ApplyFaultTests.CodeOf<StepResult.Failed>(first), Is.EqualTo(code));
        Assert.That(again, Is.EqualTo(first));
        Assert.That(run.Writes, Has.Count.EqualTo(1), "what failed for good is not written again");
        Assert.That(run.Service!.LatestReadyRevision, Is.EqualTo(Web.FirstRevision));
    }

    [TestCaseSource(nameof(Passing))]
    public async Task A_fault_that_may_pass_is_tried_again_by_the_next_call_with_a_new_revision(Condition fate, string code)
    {
        await using var run = await Web.StartAsync();
        run.Fates.Enqueue(fate);

        var first = await Web.ApplyAsync(run);
        Assert.That(ApplyFaultTests.CodeOf<StepResult.Unfinished>(first), Is.EqualTo(code));
        Assert.That(run.Writes, Has.Count.EqualTo(1), "not within one call");

        var second = await Web.ApplyAsync(run, Web.Order(attempts: 1));
        Assert.That(second, Is.EqualTo(Web.Done("web-00003-new")));
        Assert.That(run.Writes[1].Template.Annotations["cdautomation.dev/attempt"], Is.EqualTo("order-1.1"));
    }

    [Test]
    public async Task The_sentence_names_the_service_and_carries_Cloud_Runs_words_and_the_logs()
    {
        await using var run = await Web.StartAsync();
        run.Fates.Enqueue(new Condition { Message = NotListening, RevisionReason = RevisionReason.HealthCheckContainerError });

        var sentence = ((StepResult.Failed)await Web.ApplyAsync(run)).Reason.Sentence;

        Assert.That(sentence, Does.StartWith("projects/acme/locations/asia-northeast1/services/web: "));
        Assert.That(sentence, Does.Contain("failed to start and listen on the port"));
        Assert.That(sentence, Does.EndWith("logs: https://console.cloud.google.com/logs/viewer?project=acme"));
        Assert.That(sentence, Does.Not.Contain("\n").And.Length.LessThan(700));
    }

    [Test]
    public async Task Without_the_revision_the_service_itself_tells_why()
    {
        await using var run = await Web.StartAsync();
        run.Fates.Enqueue(new Condition { Message = NotListening, Reason = CommonReason.ContainerMissing });
        run.BeforeRevisions.Enqueue(() => { }); // what serves before
        run.BeforeRevisions.Enqueue(() => throw ScriptedCloudRun.Error(StatusCode.PermissionDenied));

        Assert.That(ApplyFaultTests.CodeOf<StepResult.Failed>(await Web.ApplyAsync(run)), Is.EqualTo("run.didNotStart"));
    }

    [TestCase(StatusCode.PermissionDenied, "no", "run.denied")]
    [TestCase(StatusCode.NotFound, "gone", "run.serviceMissing")]
    [TestCase(StatusCode.InvalidArgument, "template.x is wrong", "run.invalid")]
    [TestCase(StatusCode.InvalidArgument, "Container manifest type 'x' must support amd64/linux.", "run.imagePlatform")]
    [TestCase(StatusCode.NotFound, "Image 'a.b/c@sha256:0' not found.", "run.imageMissing")]
    [TestCase(StatusCode.FailedPrecondition, "no", "run.refused")]
    public async Task A_refused_write_is_a_failure_that_says_how_to_mend_it(StatusCode code, string message, string expected)
    {
        await using var run = await Web.StartAsync();
        run.BeforeWrites.Enqueue(() => throw ScriptedCloudRun.Error(code, message));

        var result = await Web.ApplyAsync(run);

        Assert.That(ApplyFaultTests.CodeOf<StepResult.Failed>(result), Is.EqualTo(expected));
        Assert.That(((StepResult.Failed)result).Reason.Sentence, Does.Contain(message.TrimEnd('.')));
        Assert.That(run.CallsOf("UpdateService"), Is.EqualTo(1));
    }

    [TestCase(StatusCode.ResourceExhausted, "run.quota")]
    [TestCase(StatusCode.Unauthenticated, "run.unauthenticated")]
    public async Task A_write_refused_for_now_is_unfinished_and_not_repeated(StatusCode code, string expected)
    {
        await using var run = await Web.StartAsync();
        run.BeforeWrites.Enqueue(() => throw ScriptedCloudRun.Error(code));

        Assert.That(ApplyFaultTests.CodeOf<StepResult.Unfinished>(await Web.ApplyAsync(run)), Is.EqualTo(expected));
        Assert.That(run.CallsOf("UpdateService"), Is.EqualTo(1));
    }

    [Test]
    public async Task A_service_that_does_not_exist_is_never_made()
    {
        await using var run = await Web.StartAsync();
        run.Service = null;

        Assert.That(ApplyFaultTests.CodeOf<StepResult.Failed>(await Web.ApplyAsync(run)), Is.EqualTo("run.serviceMissing"));
        Assert.That(run.CallsOf("UpdateService"), Is.Zero);
    }

    private static TestCaseData Case(Condition condition, string code)
    {
        condition.Type = "Ready";
        condition.State = State.ConditionFailed;
        return new TestCaseData(condition, code).SetArgDisplayNames(code, condition.ReasonsCase.ToString());
    }
}
