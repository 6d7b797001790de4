using System.Collections.Immutable;
using CdAutomation.Cli.DeadLetters;
using Google.Cloud.PubSub.V1;
using Grpc.Core;

namespace CdAutomation.Cli.Doctor;

/// <summary>Are the subscriptions there, and do they do what they must?</summary>
/// <param name="pubsub">Where Pub/Sub is.</param>
/// <param name="place">What there must be.</param>
/// <param name="addressesOf">The addresses of one of the functions' services; none where they are not known.</param>
internal sealed class SubscriptionChecks(PubSubPlace pubsub, DoctorPlace place, Func<string, CancellationToken, Task<ImmutableArray<string>>> addressesOf)
{
    /// <summary>What a subscription's topic reads after the topic was deleted (pubsub.proto, Subscription.topic).</summary>
    private const string DeletedTopic = "_deleted-topic_";

    private readonly Subscriber.SubscriberClient _subscriber = new(pubsub.Invoker);

    public IEnumerable<Examination> All => place.Subscriptions.Select(subscription =>
        new Examination(NameOf(subscription), cancellation => LookAsync(subscription, cancellation)));

    private async Task<ImmutableArray<CheckResult>> LookAsync(WantedSubscription wanted, CancellationToken cancellation)
    {
        Subscription found;
        try
        {
            var headers = await pubsub.HeadersAsync(cancellation);
            found = await _subscriber.GetSubscriptionAsync(new GetSubscriptionRequest { Subscription = wanted.Name }, headers, cancellationToken: cancellation);
        }
        catch (RpcException missing) when (missing.StatusCode == StatusCode.NotFound)
        {
            return [CheckResult.Broken(NameOf(wanted), $"{wanted.Name} is missing, and what is published to {wanted.Topic} comes to nobody", place.Again)];
        }

        List<CheckResult> wrong = [.. Source(wanted, found), .. await EndpointAsync(wanted, found, cancellation), .. Keeping(wanted, found)];
        return wrong.Count > 0 ? [.. wrong] : [CheckResult.Well(NameOf(wanted), Praise(wanted, found))];
    }

    private IEnumerable<CheckResult> Source(WantedSubscription wanted, Subscription found)
    {
        if (found.Topic == DeletedTopic)
            yield return CheckResult.Broken(NameOf(wanted), $"its topic was deleted; a new {wanted.Topic} is another one, which it does not hear", Anew(wanted));
        else if (found.Topic != wanted.Topic)
            yield return CheckResult.Broken(NameOf(wanted), $"it takes from {found.Topic}, where {wanted.Topic} is wanted", Anew(wanted));
        if (found.Detached)
            yield return CheckResult.Broken(NameOf(wanted), "it is detached from its topic, and hears nothing", Anew(wanted));
    }

    private async Task<ImmutableArray<CheckResult>> EndpointAsync(WantedSubscription wanted, Subscription found, CancellationToken cancellation)
    {
        var endpoint = found.PushConfig?.PushEndpoint ?? "";
        if (!wanted.Pushes)
            return endpoint.Length == 0 ? [] : [Elsewhere(wanted, endpoint, "nobody", Update(wanted, "--push-endpoint="))];
        if (wanted.Endpoint is { } exact)
            return endpoint == exact ? [] : [Elsewhere(wanted, endpoint, exact, place.Again)];

        var wrong = ImmutableArray.CreateBuilder<CheckResult>();
        var addresses = await addressesOf(wanted.Function!, cancellation);
        string[] right = [.. addresses.Select(address => $"{address.TrimEnd('/')}/{wanted.Topic}")];
        var account = $"cd-invoker@{place.Project}.iam.gserviceaccount.com";
        if (right.Length == 0)
            wrong.Add(CheckResult.Unknown(NameOf(wanted), $"it pushes to {endpoint}, and it is not known where {wanted.Function} is"));
        else if (!right.Contains(endpoint))
            wrong.Add(Elsewhere(wanted, endpoint, right[0], Update(
                wanted, $"--push-endpoint={right[0]} --push-auth-service-account={account} --push-auth-token-audience={addresses[0]}")));

        var token = found.PushConfig?.OidcToken;
        if (token is null || token.ServiceAccountEmail.Length == 0)
            wrong.Add(CheckResult.Broken(NameOf(wanted), "it pushes without an OIDC token, and the function refuses what shows none", place.Again));
        else if (right.Length > 0 && !addresses.Contains(token.Audience.TrimEnd('/')))
            wrong.Add(CheckResult.Broken(NameOf(wanted), $"its OIDC token is for '{token.Audience}', and Cloud Run takes {addresses[0]} alone", place.Again));
        return wrong.ToImmutable();
    }

    private IEnumerable<CheckResult> Keeping(WantedSubscription wanted, Subscription found)
    {
        // Without a policy it is 31 days (pubsub.proto, Subscription.expiration_policy); with one that has no time it is never.
        if (found.ExpirationPolicy is not { Ttl: null })
            yield return CheckResult.Broken(
                NameOf(wanted), $"it expires after {Days(found)} without traffic, and with it all that comes later", Update(wanted, "--expiration-period=never"));
        if (wanted.Pushes && found.RetryPolicy is null)
            yield return CheckResult.Broken(
                NameOf(wanted), "it has no retry policy, so a function that is down is asked again and again at once",
                Update(wanted, "--min-retry-delay=10s --max-retry-delay=600s"));
        if (wanted.DeadLetters is { } topic && found.DeadLetterPolicy?.DeadLetterTopic != topic)
            yield return CheckResult.Broken(
                NameOf(wanted), $"what keeps failing does not go to {topic}, and is tried until it is forgotten",
                Update(wanted, $"--dead-letter-topic={topic} --max-delivery-attempts=20"));
    }

    private static string Praise(WantedSubscription wanted, Subscription found)
    {
        if (!wanted.Pushes)
            return $"it keeps what comes from {wanted.Topic}, and never expires";
        var dead = wanted.DeadLetters is null ? "" : $", gives up after {found.DeadLetterPolicy.MaxDeliveryAttempts} attempts";
        return $"it pushes to {found.PushConfig.PushEndpoint}, tries again{dead}, and never expires";
    }

    private static CheckResult Elsewhere(WantedSubscription wanted, string endpoint, string right, string mend) => CheckResult.Broken(
        NameOf(wanted), $"it pushes to {(endpoint.Length == 0 ? "nobody" : endpoint)}, where {right} is wanted", mend);

    private string Anew(WantedSubscription wanted) =>
        place.Up is null ? $"gcloud pubsub subscriptions delete {wanted.Id} --project={place.Project} && {place.Again}" : place.Again;

    private string Update(WantedSubscription wanted, string what) =>
        place.Up is null ? $"gcloud pubsub subscriptions update {wanted.Id} {what} --project={place.Project}" : place.Again;

    private static string Days(Subscription found) => found.ExpirationPolicy?.Ttl is { } ttl ? $"{ttl.Seconds / 86_400.0:0.#} days" : "31 days";

    private static string NameOf(WantedSubscription subscription) => $"subscription {subscription.Id}";
}
