using System.Collections.Concurrent;
using System.Text;
using CdAutomation.LocalCloud.Registry;

namespace CdAutomation.LocalCloud.Tests.Registry;

/// <summary>A registry, a client, and an ear for its announcements, new for each test.</summary>
public abstract class RegistryFixture
{
    private LocalRegistry _registry = null!;

    private protected RegistryClient Client { get; private set; } = null!;

    private protected Ear Announced { get; private set; } = null!;

    private protected string Address => _registry.Address;

    [SetUp]
    public async Task StartRegistry()
    {
        Announced = new();
        _registry = await LocalRegistry.StartAsync(Shape(new() { Announcements = Announced }), CancellationToken.None);
        Client = new(_registry.Address);
    }

    [TearDown]
    public async Task StopRegistry()
    {
        Client?.Dispose();
        if (_registry is not null)
            await _registry.DisposeAsync();
    }

    /// <summary>What this fixture's registry has of its own.</summary>
    protected virtual LocalRegistryOptions Shape(LocalRegistryOptions options) => options;

    private protected sealed class Ear : IAnnouncements
    {
        private readonly ConcurrentQueue<string> _heard = new();

        public Func<string, bool> Refuses { get; set; } = _ => false;

        public IReadOnlyList<string> Heard => [.. _heard];

        public ValueTask PublishAsync(byte[] json, CancellationToken cancellation)
        {
            var text = Encoding.UTF8.GetString(json);
            if (Refuses(text))
                throw new AnnouncementFailedException("not now");
            _heard.Enqueue(text);
            return ValueTask.CompletedTask;
        }
    }
}
