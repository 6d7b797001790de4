using CdAutomation.Cli.Commands;
using CdAutomation.Cli.Doctor;
using CdAutomation.Cli.Output;
using CdAutomation.GoogleCloud.Identity;
using Grpc.Core;

namespace CdAutomation.Cli.Tests;

/// <summary>What could not be looked at is never said to be well.</summary>
public sealed class ExaminationTests
{
    private const string Viewers = "gcloud projects add-iam-policy-binding";

    private static IEnumerable<TestCaseData> Faults =>
    [
        new TestCaseData(new RpcException(new Status(StatusCode.PermissionDenied, "no")), Viewers).SetName("One who may not look is told how to be allowed to"),
        new TestCaseData(new RpcException(new Status(StatusCode.Unauthenticated, "who")), "CLOUDSDK_AUTH_ACCESS_TOKEN")
            .SetName("One whose token is refused is told how to get one"),
        new TestCaseData(new AccessTokenUnavailableException("none"), "CLOUDSDK_AUTH_ACCESS_TOKEN").SetName("One without a token is told how to get one"),
        new TestCaseData(new RpcException(new Status(StatusCode.Unavailable, "down")), null).SetName("What does not answer is not known"),
        new TestCaseData(new RpcException(new Status(StatusCode.Unimplemented, "what")), null).SetName("What does not know the question is not known"),
        new TestCaseData(new HttpRequestException("down"), null).SetName("A server that is away is not known"),
        new TestCaseData(new ConnectionException("nobody answers"), null).SetName("An API that is away is not known"),
    ];

    [TestCaseSource(nameof(Faults))]
    public async Task A_fault_is_an_unknown_and_hides_nothing_else(Exception fault, string? mend)
    {
        var found = await new Examinations(TimeSpan.FromSeconds(30), Viewers).RunAsync(
            [new("first", _ => Task.FromException<System.Collections.Immutable.ImmutableArray<CheckResult>>(fault)), Fine("second")], _ => { }, CancellationToken.None);
        Assert.That(found.Select(it => (it.Check, it.State)), Is.EqualTo(new[] { ("first", CheckState.Unknown), ("second", CheckState.Well) }));
        Assert.That(found[0].Mend, mend is null ? Is.Null : Does.Contain(mend));
    }

    [Test]
    public async Task What_takes_too_long_is_left_and_not_known()
    {
        var slow = new Examination("slow", async cancellation =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            return [];
        });
        var told = new List<int>();
        var found = await new Examinations(TimeSpan.FromMilliseconds(20), Viewers).RunAsync([slow], told.Add, CancellationToken.None);
        Assert.That(found.Single(), Is.EqualTo(CheckResult.Unknown("slow", "there was no answer within 0 s")));
        Assert.That(told, Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public void Whoever_stops_it_is_obeyed()
    {
        using var stopped = new CancellationTokenSource();
        stopped.Cancel();
        var waits = new Examination("waits", async cancellation =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, cancellation);
            return [];
        });
        Assert.That(
            async () => await new Examinations(TimeSpan.FromSeconds(30), Viewers).RunAsync([waits], _ => { }, stopped.Token),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [TestCase("/plain/path-1", ExpectedResult = "/plain/path-1")]
    [TestCase("with space", ExpectedResult = "'with space'")]
    [TestCase("it's", ExpectedResult = @"'it'\''s'")]
    [TestCase("$(x)", ExpectedResult = "'$(x)'")]
    public string Words_of_a_command_are_as_a_shell_reads_them(string word) => Shell.Quoted(word);

    private static Examination Fine(string name) => new(name, _ => Task.FromResult<System.Collections.Immutable.ImmutableArray<CheckResult>>([CheckResult.Well(name, "fine")]));
}
