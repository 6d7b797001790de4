using Google.Cloud.Run.V2;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace CdAutomation.Simulation.Planted;

/// <summary>A write of a service that is sent otherwise than it should be.</summary>
internal abstract class RunBug : Bug
{
    public sealed override CallInvoker Run(CallInvoker run) => run.Intercept(new Changed(this));

    protected abstract void Change(Service sent);

    private sealed class Changed(RunBug bug) : Interceptor
    {
        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            if (request is UpdateServiceRequest update)
                bug.Change(update.Service);
            return continuation(request, context);
        }
    }
}

internal sealed class WritesWithoutAnEtag : RunBug
{
    public override string Mistake => "a service is written whatever others have written since it was read";

    protected override void Change(Service sent) => sent.Etag = "";
}

internal sealed class DropsWhatItDoesNotKnow : RunBug
{
    public override string Mistake => "only the image is sent back, without the settings beside it";

    protected override void Change(Service sent) => sent.Template.Containers[0].Env.Clear();
}

internal sealed class DropsTrafficTags : RunBug
{
    public override string Mistake => "traffic is written anew, without the tags that people have put there";

    protected override void Change(Service sent) => sent.Traffic.Clear();
}

internal sealed class SendsTrafficToWhatWasMadeLast : RunBug
{
    public override string Mistake => "traffic is pinned to the revision made last, ready or not";

    protected override void Change(Service sent)
    {
        sent.Traffic.Clear();
        sent.Traffic.Add(new TrafficTarget
        {
            Type = TrafficTargetAllocationType.Revision,
            Revision = sent.LatestCreatedRevision[(sent.LatestCreatedRevision.LastIndexOf('/') + 1)..],
            Percent = 100,
        });
    }
}

internal sealed class MakesARevisionAWrite : RunBug
{
    public override string Mistake => "every write makes a revision, whether or not anything changed";

    protected override void Change(Service sent) => sent.Template.Annotations["cdautomation.dev/attempt"] = sent.Etag;
}
