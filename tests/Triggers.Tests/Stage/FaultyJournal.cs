using System.Reflection;
using CdAutomation.Delivery;

namespace CdAutomation.Triggers.Tests.Stage;

/// <summary>A journal that can be taken away; a proxy, so that the port may grow.</summary>
public class FaultyJournal : DispatchProxy
{
    private IJournal _journal = null!;
    private Trouble _trouble = null!;

    public static IJournal Before(IJournal journal, Trouble trouble)
    {
        var port = Create<IJournal, FaultyJournal>();
        ((FaultyJournal)(object)port)._journal = journal;
        ((FaultyJournal)(object)port)._trouble = trouble;
        return port;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        _trouble.Fault is { } fault
            ? throw fault
            : targetMethod!.Invoke(_journal, BindingFlags.DoNotWrapExceptions, null, args, null);
}

/// <summary>What every call of the journal throws; null while all is well.</summary>
public sealed class Trouble
{
    public Exception? Fault { get; set; }

    public void TakeTheJournalAway() => Fault = new JournalUnavailableException("gone", new IOException("the disk is gone"));
}
