using CdAutomation.Delivery;
using Grpc.Core;

namespace CdAutomation.Simulation.Planted;

/// <summary>
/// A mistake as somebody might make it, put between the production code and its ports. A bug in a file of its own is found by itself; that
/// the checkers find it too is what shows that they bite.
/// </summary>
internal abstract class Bug
{
    /// <summary>No bug.</summary>
    public static Bug None { get; } = new Absent();

    public string Name => GetType().Name;

    /// <summary>What it does, as a sentence.</summary>
    public abstract string Mistake { get; }

    public static IReadOnlyList<Bug> All { get; } = [.. typeof(Bug).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(Bug)) && !type.IsAbstract && type != typeof(Absent))
        .OrderBy(type => type.Name, StringComparer.Ordinal).Select(type => (Bug)Activator.CreateInstance(type)!)];

    public virtual IJournal Journal(IJournal journal) => journal;

    public virtual IRegistry Registry(IRegistry registry) => registry;

    public virtual ITargets Targets(ITargets targets) => targets;

    public virtual IVerify Verify(IVerify verify) => verify;

    public virtual IMeasure Measure(IMeasure measure) => measure;

    public virtual IAskGates Gates(IAskGates gates) => gates;

    public virtual IAnnounce Announce(IAnnounce announce) => announce;

    public virtual IReadPolicies Policies(IReadPolicies policies) => policies;

    public virtual CallInvoker Run(CallInvoker run) => run;

    /// <summary>Takes a message; when this returns, it is acknowledged.</summary>
    public virtual Task ReceiveAsync(Inbox inbox, JournalEvent message) => inbox.ReceiveAsync(message, default);

    private sealed class Absent : Bug
    {
        public override string Mistake => "nothing";
    }
}
