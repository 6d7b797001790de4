namespace CdAutomation.Delivery.Tests;

/// <summary>What the stories of published policies have in common: a world, and two commits of which the second is the newer.</summary>
public abstract class PublishedStories
{
    private protected const string One = "1111111111111111111111111111111111111111";
    private protected const string Two = "2222222222222222222222222222222222222222";

    private protected World World { get; private set; } = null!;

    [SetUp]
    public void Begins() => World = new World();

    [TearDown]
    public void Ends() => World.Dispose();

    private protected Task ReceiveAsync(JournalEvent received) => World.Worker().Inbox.ReceiveAsync(received, default);
}
