using CdAutomation.Cli.DeadLetters;
using Google.Cloud.PubSub.V1;
using Grpc.Core;

namespace CdAutomation.Cli.Doctor;

/// <summary>Are the topics there, by their exact names?</summary>
internal sealed class TopicChecks(PubSubPlace pubsub, DoctorPlace place)
{
    private readonly Publisher.PublisherClient _publisher = new(pubsub.Invoker);

    public IEnumerable<Examination> All => place.Topics.Select(topic =>
        new Examination(NameOf(topic), async cancellation => [await LookAsync(topic, cancellation)]));

    private async Task<CheckResult> LookAsync(WantedTopic wanted, CancellationToken cancellation)
    {
        try
        {
            var headers = await pubsub.HeadersAsync(cancellation);
            await _publisher.GetTopicAsync(new GetTopicRequest { Topic = wanted.Name }, headers, cancellationToken: cancellation);
            return CheckResult.Well(NameOf(wanted), $"{wanted.Name} is there");
        }
        catch (RpcException missing) when (missing.StatusCode == StatusCode.NotFound)
        {
            var parts = wanted.Name.Split('/');
            return CheckResult.Broken(
                NameOf(wanted),
                $"{wanted.Name} is missing, and without it {wanted.Without}",
                place.Up is null ? $"gcloud pubsub topics create {parts[3]} --project={parts[1]}" : place.Again);
        }
    }

    private static string NameOf(WantedTopic topic) => $"topic {topic.Name[(topic.Name.LastIndexOf('/') + 1)..]}";
}
