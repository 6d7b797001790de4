using CdAutomation.Cli.Up;
using CdAutomation.Domain.Decisions;
using Google.Cloud.PubSub.V1;
using Google.Protobuf;
using Grpc.Net.Client;
using Spectre.Console;

namespace CdAutomation.Cli.Demo;

/// <summary>Pushes real images, as a team would on a busy day, and lets the journal answer each.</summary>
internal sealed class PushStory(Narrator narrator, HttpClient http)
{
    private const string Web = "acme/app/web";
    private const string Admin = "acme/app/admin";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public async Task TellAsync(CancellationToken cancellation)
    {
        var first = DemoImage.Answering("shop v1.0.0");
        await StepAsync(
            "A first version, v1.0.0, is pushed.",
            () => narrator.PushAsync(Web, "v1.0.0", first, cancellation),
            "shop", "v1.0.0", Is(Outcome.Deployed), cancellation);
        await VisitAsync(cancellation);

        var second = DemoImage.Answering("shop v1.1.0");
        await StepAsync(
            "A newer one, v1.1.0, is pushed.",
            () => narrator.PushAsync(Web, "v1.1.0", second, cancellation),
            "shop", "v1.1.0", Is(Outcome.Deployed), cancellation);
        await VisitAsync(cancellation);

        await StepAsync(
            "An older one, v1.0.5, comes late.",
            () => narrator.PushAsync(Web, "v1.0.5", DemoImage.Answering("shop v1.0.5"), cancellation),
            "shop", "v1.0.5", Is(Outcome.Ignored), cancellation);

        var signature = second.Digest.Replace(':', '-') + ".sig";
        await StepAsync(
            "Somebody signs v1.1.0: a signature artifact is pushed beside it.",
            () => narrator.PushAsync(Web, signature, DemoImage.Answering("a signature"), cancellation),
            "shop", signature, Is(Outcome.Ignored), cancellation);

        await StepAsync(
            "The same image is pushed again under another tag, stable.",
            () => narrator.PushAsync(Web, "stable", second, cancellation),
            "shop", "stable", Is(Outcome.Ignored), cancellation);

        await StepAsync(
            "The event of v1.1.0 is published once more.",
            () => PublishAsync("gcr", EventOf(second), cancellation),
            "shop", "v1.1.0", Is(Outcome.Ignored), cancellation);

        await StepAsync(
            "v1.2.0 is pushed, and does not start.",
            () => narrator.PushAsync(Web, "v1.2.0", DemoImage.ThatDoesNotStart("shop v1.2.0"), cancellation),
            "shop", "v1.2.0", Is(Outcome.Failed), cancellation);
        await VisitAsync(cancellation);

        var admin = DemoImage.Answering("admin v0.1.0");
        await StepAsync(
            "admin v0.1.0 is pushed; its policy wants to know the build.",
            () => narrator.PushAsync(Admin, "v0.1.0", admin, cancellation),
            "admin", "v0.1.0", Is(Outcome.Held), cancellation);
        await StepAsync(
            "Cloud Build reports the build that made it.",
            () => PublishAsync("cloud-builds", BuildOf(admin), cancellation),
            "admin", "v0.1.0", Is(Outcome.Deployed), cancellation);

        await narrator.EndAsync(cancellation, "cdctl status", "cdctl why shop", "cdctl why shop --image v1.2.0");
    }

    private static Func<DecisionRecord, bool> Is(Outcome outcome) => record => record.Outcome == outcome;

    private Task<DecisionRecord> StepAsync(
        string sentence, Func<Task> act, string pipeline, string tag, Func<DecisionRecord, bool> answers, CancellationToken cancellation)
    {
        narrator.Say(sentence);
        return narrator.AnswerAsync(act, pipeline, tag, answers, Patience, cancellation);
    }

    /// <summary>Opens the service as its users would.</summary>
    private async Task VisitAsync(CancellationToken cancellation)
    {
        var host = await narrator.WebOfAsync("acme", cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Get, narrator.Stack.Addresses.Services + "/");
        request.Headers.Host = host.Authority;
        using var reply = await http.SendAsync(request, cancellation);
        var body = (await reply.Content.ReadAsStringAsync(cancellation)).Trim();
        narrator.Note($"  {host} answers {(int)reply.StatusCode}: {Markup.Escape(body.ReplaceLineEndings(" "))}");
    }

    private async Task PublishAsync(string topic, string json, CancellationToken cancellation)
    {
        using var channel = GrpcChannel.ForAddress($"http://{narrator.Stack.Addresses.Pubsub}");
        await new Publisher.PublisherClient(channel).PublishAsync(
            new PublishRequest
            {
                Topic = $"projects/{LocalStack.Project}/topics/{topic}",
                Messages = { new PubsubMessage { Data = ByteString.CopyFromUtf8(json) } },
            },
            cancellationToken: cancellation);
    }

    private static string EventOf(DemoImage image) => $$"""
        {
          "action": "INSERT",
          "digest": "asia-northeast1-docker.pkg.dev/{{Web}}@{{image.Digest}}",
          "tag": "asia-northeast1-docker.pkg.dev/{{Web}}:v1.1.0"
        }
        """;

    private static string BuildOf(DemoImage image) => $$"""
        {
          "id": "0d97c63e-a349-4bf7-80d0-8f6e21786d87", "projectId": "acme", "status": "SUCCESS", "buildTriggerId": "33f60a9c-3d79-4941-bfb1-fccbdd9cf38c",
          "createTime": "2026-11-23T10:00:00Z", "startTime": "2026-11-23T10:00:05Z", "finishTime": "2026-11-23T10:02:00Z",
          "images": ["asia-northeast1-docker.pkg.dev/{{Admin}}:v0.1.0"],
          "results": { "images": [ { "name": "asia-northeast1-docker.pkg.dev/{{Admin}}:v0.1.0", "digest": "{{image.Digest}}" } ] },
          "substitutions": { "TRIGGER_NAME": "admin-release", "BRANCH_NAME": "release/1", "REPO_FULL_NAME": "acme/admin" }
        }
        """;
}
