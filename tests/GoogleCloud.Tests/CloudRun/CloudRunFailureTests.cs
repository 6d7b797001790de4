using CdAutomation.GoogleCloud.CloudRun;
using Google.Cloud.Run.V2;
using static Google.Cloud.Run.V2.Condition.Types;

namespace CdAutomation.GoogleCloud.Tests.CloudRun;

public sealed class CloudRunFailureTests
{
    [TestCase(5, "run.imageMissing", false)]
    [TestCase(7, "run.denied", false)]
    [TestCase(8, "run.quota", true)]
    [TestCase(9, "run.revisionFailed", false)]
    [TestCase(13, "run.revisionFailed", false)]
    [TestCase(14, "run.unreachable", true)]
    public void Without_reason_or_text_the_operations_code_tells(int code, string expected, bool passing)
    {
        var failure = CloudRunFailure.OfRollout(Web.Target, [], new Google.Rpc.Status { Code = code }, null);

        Assert.That((failure.Reason.Code, failure.Passing), Is.EqualTo((expected, passing)));
    }

    [Test]
    public void A_reason_beats_a_text_and_a_text_beats_a_code()
    {
        var text = new Condition { State = State.ConditionFailed, Message = "failed to start and listen" };
        var reason = new Condition(text) { Reason = CommonReason.ContainerMissing };
        var code = new Google.Rpc.Status { Code = 7, Message = "no" };

        Assert.That(CloudRunFailure.OfRollout(Web.Target, [reason], code, null).Reason.Code, Is.EqualTo("run.imageMissing"));
        Assert.That(CloudRunFailure.OfRollout(Web.Target, [text], code, null).Reason.Code, Is.EqualTo("run.didNotStart"));
    }

    [Test]
    public void An_idle_revision_and_a_condition_that_holds_explain_nothing()
    {
        Condition[] conditions =
        [
            new() { Type = "Active", State = State.ConditionFailed, RevisionReason = RevisionReason.Retired, Message = "retired" },
            new() { Type = "Active", State = State.ConditionFailed, RevisionReason = RevisionReason.MinInstancesWarming },
            new() { Type = "Active", State = State.ConditionFailed, Reason = CommonReason.ContainerMissing, Message = "no traffic" },
            new() { Type = "ContainerHealthy", State = State.ConditionFailed, RevisionReason = RevisionReason.Retiring, Message = "going" },
            new() { Type = "ContainerReady", State = State.ConditionSucceeded, Reason = CommonReason.ContainerMissing },
            new() { Type = "Ready", State = State.ConditionFailed, Reason = CommonReason.SecretsAccessCheckFailed, Message = "the secret" },
        ];

        var failure = CloudRunFailure.OfRollout(Web.Target, conditions, null, "https://logs.example.com/x");

        Assert.That(failure.Reason.Code, Is.EqualTo("run.secretDenied"));
        Assert.That(failure.Reason.Sentence, Does.Contain("the secret").And.EndWith("logs: https://logs.example.com/x"));
    }

    [Test]
    public void Whatever_reason_Cloud_Run_may_give_there_is_an_answer()
    {
        foreach (var reason in Enum.GetValues<CommonReason>())
            Check(new Condition { State = State.ConditionFailed, Reason = reason });
        foreach (var reason in Enum.GetValues<RevisionReason>())
            Check(new Condition { State = State.ConditionFailed, RevisionReason = reason });
        Check(new Condition { State = State.ConditionFailed, Reason = (CommonReason)4711 });

        static void Check(Condition condition) => Assert.That(
            CloudRunFailure.OfRollout(Web.Target, [condition], null, null).Reason.Code,
            Does.Match(@"^run\.[a-zA-Z]+$"),
            condition.ToString());
    }

    [Test]
    public void A_message_of_any_size_becomes_one_short_line()
    {
        var message = string.Concat(Enumerable.Repeat("line\r\n\u0007", 50_000));
        var condition = new Condition { State = State.ConditionFailed, Message = message };

        var sentence = CloudRunFailure.OfRollout(Web.Target, [condition], null, null).Reason.Sentence;

        Assert.That(sentence, Has.Length.LessThan(600));
        Assert.That(sentence.Any(char.IsControl), Is.False);
    }
}
