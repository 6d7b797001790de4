using CdAutomation.Delivery.Tests;
using CdAutomation.Storage.Firestore;
using Grpc.Core.Interceptors;

namespace CdAutomation.Storage.Tests.Firestore;

/// <summary>What the journal's README says of costs.</summary>
[TestFixture]
[Category("Firestore")]
public sealed class CostTests
{
    private static readonly DateTimeOffset Morning = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    [Test]
    public async Task A_push_that_is_deployed_and_told_costs_a_bounded_number_of_documents()
    {
        var meter = new Meter();
        using var world = new World(Morning, Journal(meter), []);
        var (inbox, _) = world.Worker();
        await inbox.ReceiveAsync(world.Push("v1.0.0"), default);

        var (reads, writes, calls) = (meter.Reads, meter.Writes, meter.Calls);
        await inbox.ReceiveAsync(world.Push("v1.1.0"), default);
        var cost = (Reads: meter.Reads - reads, Writes: meter.Writes - writes, Calls: meter.Calls - calls);

        Assert.That(world.Revisions, Has.Count.EqualTo(2));
        Assert.That(world.Announced.Select(told => told.Outcome), Has.Exactly(2).EqualTo("deployed"));
        Assert.That(cost, Is.EqualTo((Documented.Reads, Documented.Writes, Documented.Calls)));
    }

    [Test]
    public async Task What_a_push_costs_does_not_rise_with_what_was_deployed_before()
    {
        var meter = new Meter();
        using var world = new World(Morning, Journal(meter), []);
        var (inbox, _) = world.Worker();
        var costs = new List<(int Reads, int Writes)>();
        for (var push = 0; push < 12; push++)
        {
            var (reads, writes) = (meter.Reads, meter.Writes);
            await inbox.ReceiveAsync(world.Push($"v1.{push}.0"), default);
            costs.Add((meter.Reads - reads, meter.Writes - writes));
        }

        Assert.That(costs[2..], Has.All.EqualTo(costs[1]));
    }

    [Test]
    public async Task A_delivery_that_comes_again_costs_a_read_and_a_write()
    {
        var meter = new Meter();
        using var world = new World(Morning, Journal(meter), []);
        var (inbox, _) = world.Worker();
        var push = world.Push("v1.0.0");
        await inbox.ReceiveAsync(push, default);

        var (reads, writes) = (meter.Reads, meter.Writes);
        await inbox.ReceiveAsync(push, default);

        // The create that finds the event there is refused, and costs nothing.
        Assert.That((meter.Reads - reads, meter.Writes - writes), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task A_tick_that_finds_nothing_to_do_writes_nothing()
    {
        var meter = new Meter();
        using var world = new World(Morning, Journal(meter), []);
        var (inbox, tick) = world.Worker();
        await inbox.ReceiveAsync(world.Push("v1.0.0"), default);
        await tick.RunAsync(default);

        var (reads, writes) = (meter.Reads, meter.Writes);
        await tick.RunAsync(default);

        Assert.That((meter.Reads - reads, meter.Writes - writes), Is.EqualTo((Documented.TickReads, 0)));
    }

    private static FirestoreJournal Journal(Meter meter) =>
        new(Emulator.Calls.Intercept(meter), Emulator.NewDatabase(), null, TimeProvider.System);

    /// <summary>The numbers of functions/Storage/README.md.</summary>
    private static class Documented
    {
        public const int Reads = 12;
        public const int Writes = 9;
        public const int Calls = 13;
        public const int TickReads = 5;
    }
}
