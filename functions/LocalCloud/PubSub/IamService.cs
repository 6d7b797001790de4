using Google.Cloud.Iam.V1;
using Grpc.Core;

namespace CdAutomation.LocalCloud.PubSub;

/// <summary>
/// google.iam.v1.IAMPolicy of topics and subscriptions. Whoever reaches a laptop's Pub/Sub may do everything, and is told so; policies are
/// not kept, and asking for one answers UNIMPLEMENTED.
/// </summary>
internal sealed class IamService(Broker broker) : IAMPolicy.IAMPolicyBase
{
    /// <summary>Of a resource that is not there nobody has a permission, which is no error (iam_policy.proto, TestIamPermissions).</summary>
    public override Task<TestIamPermissionsResponse> TestIamPermissions(TestIamPermissionsRequest request, ServerCallContext context)
    {
        var response = new TestIamPermissionsResponse();
        if (IsThere(request.Resource))
            response.Permissions.Add(request.Permissions.Where(permission => permission.StartsWith("pubsub.", StringComparison.Ordinal)));
        return Task.FromResult(response);
    }

    private bool IsThere(string resource)
    {
        try
        {
            if (resource.Contains("/topics/", StringComparison.Ordinal))
                broker.GetTopic(resource);
            else
                broker.GetSubscription(resource);
            return true;
        }
        catch (RpcException missing) when (missing.StatusCode == StatusCode.NotFound)
        {
            return false;
        }
    }
}
