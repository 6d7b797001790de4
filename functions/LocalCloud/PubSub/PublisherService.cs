using Google.Cloud.PubSub.V1;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace CdAutomation.LocalCloud.PubSub;

/// <summary>google.pubsub.v1.Publisher. What is not here (UpdateTopic, snapshots, DetachSubscription) answers UNIMPLEMENTED.</summary>
internal sealed class PublisherService(Broker broker) : Publisher.PublisherBase
{
    public override Task<Topic> CreateTopic(Topic request, ServerCallContext context) => Task.FromResult(broker.CreateTopic(request));

    public override Task<Topic> GetTopic(GetTopicRequest request, ServerCallContext context) =>
        Task.FromResult(broker.GetTopic(request.Topic));

    public override Task<ListTopicsResponse> ListTopics(ListTopicsRequest request, ServerCallContext context)
    {
        var (page, next) = broker.ListTopics(request.Project, request.PageSize, request.PageToken);
        return Task.FromResult(new ListTopicsResponse { Topics = { page }, NextPageToken = next });
    }

    public override Task<ListTopicSubscriptionsResponse> ListTopicSubscriptions(
        ListTopicSubscriptionsRequest request, ServerCallContext context)
    {
        var (page, next) = broker.ListSubscriptionsOf(request.Topic, request.PageSize, request.PageToken);
        return Task.FromResult(new ListTopicSubscriptionsResponse { Subscriptions = { page }, NextPageToken = next });
    }

    public override Task<Empty> DeleteTopic(DeleteTopicRequest request, ServerCallContext context)
    {
        broker.DeleteTopic(request.Topic);
        return Task.FromResult(new Empty());
    }

    public override Task<PublishResponse> Publish(PublishRequest request, ServerCallContext context) =>
        Task.FromResult(new PublishResponse { MessageIds = { broker.Publish(request) } });
}
