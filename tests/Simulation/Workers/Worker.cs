using CdAutomation.Delivery;
using CdAutomation.Delivery.Policies;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.GoogleCloud.CloudRun;
using CdAutomation.GoogleCloud.Identity;
using CdAutomation.Simulation.Planted;
using CdAutomation.Simulation.Time;
using CdAutomation.Simulation.World;
using Grpc.Core;

namespace CdAutomation.Simulation.Workers;

/// <summary>What a worker process is made of outside the code under test.</summary>
internal sealed record Ports(
    IJournal Journal, IRegistry Registry, IVerify Verify, IMeasure Measure, IAskGates Gates, IAnnounce Announce, IReadPolicies Policies, CallInvoker Run);

/// <summary>One process: the production objects as a host puts them together, over the ports of the simulated world.</summary>
internal sealed class Worker : IAccessTokens, IPolicyArtifacts
{
    private readonly Bug _bug;
    private readonly Inbox _inbox;
    private readonly Tick _tick;

    public Worker(Life life, Ports ports, Bug bug, VirtualClock clock, Chance chance)
    {
        (Life, _bug) = (life, bug);
        var options = new CloudRunOptions
        {
            // Over plain http no token is sent; nothing is connected to.
            Endpoint = new("http://run.simulated"),
            Invoker = bug.Run(ports.Run),
            // A pause that is cancelled would go on in a pool of threads; latency is pause enough.
            Limits = new() { Chance = chance.Fraction, FirstPause = TimeSpan.Zero },
        };
        var targets = bug.Targets(new CloudRunTargets(options, this, clock));
        var (journal, registry, patience) = (bug.Journal(ports.Journal), bug.Registry(ports.Registry), Patience.Default);
        var (announce, policies) = (bug.Announce(ports.Announce), bug.Policies(ports.Policies));
        var active = new ActivePolicies(journal, policies);
        var payments = new Payments(journal, targets, bug.Verify(ports.Verify), bug.Measure(ports.Measure), bug.Gates(ports.Gates), announce);
        var advance = new Advance(journal, new Observer(registry, targets, clock), payments, patience, clock);
        var activator = new PolicyActivator(journal, active, policies, registry, this, PolicyOrigin.Anywhere, clock);
        var (redecision, heralding) = (new Redecision(journal, active, advance), new Heralding(journal, announce));
        _inbox = new Inbox(journal, active, advance, new PolicyInbox(journal, activator, redecision, heralding, PolicyOrigin.Anywhere));
        _tick = new Tick(journal, _inbox, new PolicySweep(activator, patience, clock), redecision, heralding, patience, clock);
    }

    public Life Life { get; }

    /// <summary>Takes a message; when this returns, it is acknowledged.</summary>
    public Task ReceiveAsync(JournalEvent message) => _bug.ReceiveAsync(_inbox, message);

    public Task TickAsync() => _tick.RunAsync(default);

    Task<PolicyFetch> IPolicyArtifacts.FetchAsync(Repository repository, Digest digest, CancellationToken cancellation) =>
        throw new NotSupportedException("No policies are published here.");

    Task<string> IAccessTokens.GetAsync(CancellationToken cancellation) => Task.FromResult("never sent");
}
