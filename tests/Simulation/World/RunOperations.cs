using CdAutomation.Simulation.Time;
using Google.Cloud.Run.V2;
using Google.LongRunning;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CdAutomation.Simulation.World;

/// <summary>The long-running operations of Cloud Run, and who waits for them.</summary>
internal sealed class RunOperations(VirtualClock clock)
{
    private readonly Dictionary<string, (Operation Body, List<Action> Waiting)> _all = new(StringComparer.Ordinal);

    public Operation Begin(string name)
    {
        var operation = new Operation { Name = name };
        _all[name] = (operation, []);
        return operation;
    }

    /// <summary>Answers when the operation has ended, or after a slice of time.</summary>
    public void Wait(string name, TimeSpan slice, Action<Operation> answer)
    {
        var (body, waiting) = _all[name];
        var answered = false;
        if (body.Done)
        {
            Once();
            return;
        }

        waiting.Add(Once);
        clock.After(slice, Once);

        void Once()
        {
            if (answered)
                return;
            answered = true;
            answer(body.Clone());
        }
    }

    /// <summary>A later write took its place.</summary>
    public void Supersede(Operation? operation)
    {
        if (operation is { Done: false })
            End(operation, new Condition { Message = "a later write took its place" });
    }

    public void End(Operation operation, Condition? failure)
    {
        operation.Done = true;
        if (failure is null)
            operation.Response = new Any();
        else
            operation.Error = new() { Code = (int)StatusCode.Internal, Message = failure.Message };

        var (_, waiting) = _all[operation.Name];
        Action[] answers = [.. waiting];
        waiting.Clear();
        foreach (var answer in answers)
            answer();
    }
}
