using CdAutomation.Domain.Rollouts;

namespace CdAutomation.Delivery.Policies;

/// <summary>Tells subscribers what became of policies. The news are owed by the journal, and struck off when they were told.</summary>
public sealed class Heralding(IJournal journal, IAnnounce announce)
{
    private const int AtMost = 50;

    /// <summary>Tells what is owed; what could not be told stays owed. Several workers at once may tell a thing twice, under one id.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        foreach (var news in await journal.PolicyNewsAsync(AtMost, cancellation))
        {
            if (await announce.TellAsync(news, cancellation) is not StepResult.Unfinished)
                await journal.PolicyToldAsync(news.Id, cancellation);
        }
    }
}
