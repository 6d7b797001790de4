using Google.Cloud.Run.V2;
using Google.LongRunning;
using Grpc.Core;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.LocalCloud.Tests.Run;

/// <summary>Tokens whose write was not answered, because the answer or the host was lost.</summary>
public sealed partial class JobTests
{
    [Test]
    public async Task A_lost_answer_and_the_same_write_again_are_one_execution()
    {
        await CreateAsync(Wanted(Cloud.Good));
        for (var write = 0; write < 3; write++)
        {
            _cloud.Faults.FailNextWritesAfterCommit(1);
            Assert.That((await Cloud.RefusalAsync(async () => await UpdateAsync(job => job.StartExecutionToken = "r1"))).StatusCode,
                Is.EqualTo(StatusCode.Unavailable));
        }

        await EventuallyAsync(async () => !(await GetAsync()).Reconciling);
        Assert.That(await ExecutionsAsync(), Is.EqualTo(new[] { Named }));
    }

    [TestCase(0)]
    [TestCase(20)]
    [TestCase(200)]
    public async Task A_host_that_is_killed_after_it_took_a_token_is_followed_by_one_that_starts_one_execution(int milliseconds)
    {
        var directory = Directory.CreateTempSubdirectory("local-run-").FullName;
        var (process, channel) = await KilledHost.StartAsync(directory, startMilliseconds: 100);
        Operation creation;
        using (process)
        using (channel)
        {
            creation = await new Jobs.JobsClient(channel).CreateJobAsync(Creation(Running("r1")));
            await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System);
            process.Kill();
            await process.WaitForExitAsync();
        }

        await using (var next = await Cloud.StartAsync(
            new() { Images = new NamedImages(), DataDirectory = directory, SimulatedStart = TimeSpan.FromMilliseconds(1) }))
        {
            Assert.That(Cloud.CodeOf(await next.EndAsync(creation)), Is.EqualTo(StatusCode.OK));
            var execution = (await next.Executions.ListExecutionsAsync(new() { Parent = Name })).Executions.Single();
            Assert.That((execution.Name, execution.SucceededCount), Is.EqualTo((Named, 1)));
        }

        Directory.Delete(directory, recursive: true);
    }
}
