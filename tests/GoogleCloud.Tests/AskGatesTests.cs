using CdAutomation.Domain.Gates;
using CdAutomation.GoogleCloud.Tests.Registry;
using CdAutomation.GoogleCloud.Tests.SupplyChain;

namespace CdAutomation.GoogleCloud.Tests;

public sealed class AskGatesTests
{
    private static readonly Gate[] All =
    [
        new Gate.Frozen([]), new Gate.After("staging", default), new Gate.Age(default), new Gate.Platform(""), new Gate.Build("SUCCESS", [], null, null),
        new Gate.Windows([]), new Gate.Rate(1, default), new Gate.Approvals(1, [], null, false), new Gate.Webhook("", default), new Gate.Signature("", ""),
        new Gate.Vulnerabilities(Severity.High, false), new Gate.Provenance("", null),
    ];

    [TestCaseSource(nameof(All))]
    public async Task Exactly_the_gates_that_are_asked_elsewhere_are_answered(Gate gate)
    {
        await using var nobody = await ScriptedRegistry.StartAsync(403, "");
        using var gates = new AskGates(Asking.At(nobody.Address), new Tokens(), null, TimeProvider.System);

        Task<Answer> Ask() => gates.AskAsync(Asking.QuestionOf(gate, Occurrences.Image), CancellationToken.None);

        if (gate.IsAskedElsewhere)
            Assert.That((await Ask()).Finding, Is.EqualTo(Finding.Unknown));
        else
            Assert.That(Ask, Throws.ArgumentException.With.Message.Contains(gate.Name));
    }

    [Test]
    public async Task A_gate_that_takes_too_long_is_unknown_and_a_caller_who_leaves_is_no_answer()
    {
        var never = new TaskCompletionSource();
        await using var silent = await ScriptedRegistry.StartAsync(context => never.Task.WaitAsync(context.RequestAborted));
        var options = Asking.At(silent.Address) with { GatePatience = TimeSpan.FromMilliseconds(100) };

        var answer = await Asking.AskAsync(options, new Gate.Platform("linux/amd64"), Occurrences.Image);
        Assert.That(answer.Shown(), Does.StartWith("Unknown gate.slow: the gate platform was not answered"));

        using var gates = new AskGates(options with { GatePatience = TimeSpan.FromHours(1) }, new Tokens(), null, TimeProvider.System);
        using var leaving = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        Assert.That(
            async () => await gates.AskAsync(Asking.QuestionOf(new Gate.Platform("linux/amd64"), Occurrences.Image), leaving.Token),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Telling_who_asks_without_a_way_to_is_a_mistake_of_the_host() => Assert.That(
        () => new AskGates(new GoogleCloudOptions { Webhooks = new() { SendIdentity = true } }, new Tokens(), null, TimeProvider.System),
        Throws.ArgumentException);
}
