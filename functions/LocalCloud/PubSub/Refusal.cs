using Grpc.Core;

namespace CdAutomation.LocalCloud.PubSub;

/// <summary>The answers that are a no, with the status Google's service gives.</summary>
internal static class Refusal
{
    public static RpcException Invalid(string sentence) => new(new Status(StatusCode.InvalidArgument, sentence));

    public static RpcException OutOfRange(string sentence) => new(new Status(StatusCode.OutOfRange, sentence));

    public static RpcException NotFound(string sentence) => new(new Status(StatusCode.NotFound, sentence));

    public static RpcException Exists(string sentence) => new(new Status(StatusCode.AlreadyExists, sentence));

    public static RpcException Precondition(string sentence) => new(new Status(StatusCode.FailedPrecondition, sentence));

    /// <summary>For what Google offers and this does not: refused rather than accepted and ignored.</summary>
    public static RpcException NotHere(string what) =>
        new(new Status(StatusCode.Unimplemented, $"{what} is not offered by the local Pub/Sub"));
}
