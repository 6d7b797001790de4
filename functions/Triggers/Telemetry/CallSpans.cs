using System.Diagnostics;
using OpenTelemetry;

namespace CdAutomation.Triggers.Telemetry;

/// <summary>
/// Makes the spans of .NET's gRPC and HTTP clients what OpenTelemetry's conventions call them, and keeps one a call: a gRPC call without the HTTP
/// request below it, a use of Firestore without its gRPC call. Calls that belong to no trace (of probes, of tokens fetched in between) are left out.
/// </summary>
internal sealed class CallSpans : BaseProcessor<Activity>
{
    /// <summary>The name of the source of .NET's gRPC client.</summary>
    public const string Grpc = "Grpc.Net.Client";

    /// <summary>The name of the source, and of the meter, of .NET's HTTP client.</summary>
    public const string Http = "System.Net.Http";

    private long _ended;

    /// <summary>Takes how many spans have ended since it was last asked.</summary>
    public long TakeEnded() => Interlocked.Exchange(ref _ended, 0);

    /// <inheritdoc/>
    public override void OnStart(Activity data)
    {
        if (data.Kind == ActivityKind.Client && data.ParentId is null)
            Drop(data);
    }

    /// <inheritdoc/>
    public override void OnEnd(Activity data)
    {
        if (data.Source.Name == Http && data.Parent?.Source.Name == Grpc)
            Drop(data);
        else if (data.Source.Name == Grpc)
            Name(data);
        if (data.Recorded)
            Interlocked.Increment(ref _ended);
    }

    private static void Name(Activity call)
    {
        if (call.Parent?.GetTagItem("db.system.name") is not null)
        {
            Drop(call);
            return;
        }

        // The client's own tags (Grpc.Net.Client, GrpcTelemetryConstants) are grpc.method with /package.Service/Method, and grpc.status_code.
        var path = call.GetTagItem("grpc.method") as string ?? "";
        if (path.Split('/') is ["", var service, var method])
        {
            call.DisplayName = $"{service}/{method}";
            call.SetTag("rpc.service", service).SetTag("rpc.method", method);
        }

        call.SetTag("rpc.system", "grpc");
        if (call.GetTagItem("grpc.status_code") is string text && int.TryParse(text, out var status))
        {
            call.SetTag("rpc.grpc.status_code", status);
            if (status != 0)
                call.SetTag("error.type", ((global::Grpc.Core.StatusCode)status).ToString()).SetStatus(ActivityStatusCode.Error);
        }

        call.SetTag("grpc.method", null).SetTag("grpc.status_code", null);
    }

    private static void Drop(Activity data) => data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
}
