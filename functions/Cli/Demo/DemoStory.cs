using CdAutomation.Cli.Output;
using CdAutomation.Cli.Up;
using CdAutomation.Domain.Decisions;
using Google.Cloud.PubSub.V1;
using Google.Protobuf;
using Grpc.Net.Client;
using Spectre.Console;

namespace CdAutomation.Cli.Demo;

/// <summary>Pushes real images, as a team would on a busy day, and lets the journal answer each.</summary>
internal sealed class DemoStory(LocalStack stack, ImagePusher pusher, HttpClient http, Feed feed, Screen screen, bool quiet)
{
    private const string Web = "acme/app/web";
    private const string Admin = "acme/app/admin";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public async Task TellAsync(CancellationToken cancellation)
    {
        var first = DemoImage.Answering("shop v1.0.0");
        await StepAsync("A first version, v1.0.0, is pushed.", () => pusher.PushAsync(Web, "v1.0.0", first, cancellation), "shop", "v1.0.0", Is(Outcome.Deployed), cancellation);
        await VisitAsync(cancellation);

        var second = DemoImage.Answering("shop v1.1.0");
        await StepAsync("A newer one, v1.1.0, is pushed.", () => pusher.PushAsync(Web, "v1.1.0", second, cancellation), "shop", "v1.1.0", Is(Outcome.Deployed), cancellation);
        await VisitAsync(cancellation);

        await StepAsync("An older one, v1.0.5, comes late.", () => pusher.PushAsync(Web, "v1.0.5", DemoImage.Answering("shop v1.0.5"), cancellation), "shop", "v1.0.5", Is(Outcome.Ignored), cancellation);

        var signature = second.Digest.Replace(':', '-') + ".sig";
        await StepAsync("Somebody signs v1.1.0: a signature artifact is pushed beside it.", () => pusher.PushAsync(Web, signature, DemoImage.Answering("a signature"), cancellation), "shop", signature, Is(Outcome.Ignored), cancellation);

        await StepAsync("The same image is pushed again under another tag, stable.", () => pusher.PushAsync(Web, "stable", second, cancellation), "shop", "stable", Is(Outcome.Ignored), cancellation);

        await StepAsync("The event of v1.1.0 is published once more.", () => PublishAsync("gcr", $$"""{"action":"INSERT","digest":"asia-northeast1-docker.pkg.dev/{{Web}}@{{second.Digest}}","tag":"asia-northeast1-docker.pkg.dev/{{Web}}:v1.1.0"}""", cancellation), "shop", "v1.1.0", Is(Outcome.Ignored), cancellation);

        await StepAsync("v1.2.0 is pushed, and does not start.", () => pusher.PushAsync(Web, "v1.2.0", DemoImage.ThatDoesNotStart("shop v1.2.0"), cancellation), "shop", "v1.2.0", Is(Outcome.Failed), cancellation);
        await VisitAsync(cancellation);

        var admin = DemoImage.Answering("admin v0.1.0");
        await StepAsync("admin v0.1.0 is pushed; its policy wants to know the build.", () => pusher.PushAsync(Admin, "v0.1.0", admin, cancellation), "admin", "v0.1.0", Is(Outcome.Held), cancellation);
        await StepAsync("Cloud Build reports the build that made it.", () => PublishAsync("cloud-builds", BuildOf(admin), cancellation), "admin", "v0.1.0", Is(Outcome.Deployed), cancellation);

        if (quiet)
            return;
        screen.Line();
        screen.Line("[bold]That is the story.[/] All of it stays up; in another terminal:");
        screen.Line("  cdctl status");
        screen.Line("  cdctl why shop");
        screen.Line("  cdctl why shop --image v1.2.0");
        screen.Line($"  curl -H 'Host: {(await HostAsync(cancellation)).Authority}' {stack.Addresses.Services}/");
        screen.Line("where cdctl is 'dotnet run --project functions/Cli --'. Ctrl+C ends it.");
    }

    private static Func<DecisionRecord, bool> Is(Outcome outcome) => record => record.Outcome == outcome;

    /// <summary>Does something and waits for the journal to answer it.</summary>
    private async Task StepAsync(
        string sentence, Func<Task> act, string pipeline, string tag, Func<DecisionRecord, bool> answers, CancellationToken cancellation)
    {
        if (!quiet)
        {
            screen.Line();
            screen.Line($"[bold]{Markup.Escape(sentence)}[/]");
        }

        var before = await stack.Functions.Journal.LatestNumberAsync(cancellation);
        await act();

        using var late = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        late.CancelAfter(Patience);
        // Until the answer has been told, too: the next step's sentence comes after it.
        while (!(await stack.Functions.Journal.FeedAsync(before, 500, cancellation)).Any(each =>
            each.Record.Pipeline == pipeline && each.Record.Tag == tag && answers(each.Record) && feed.Told >= each.Number))
        {
            if (late.IsCancellationRequested)
                throw new UpException($"the demo waited {Patience.TotalSeconds:0} s for an answer about {pipeline} {tag} and had none; 'cdctl why {pipeline}' tells what is known");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellation);
        }
    }

    /// <summary>Opens the service as its users would.</summary>
    private async Task VisitAsync(CancellationToken cancellation)
    {
        var host = await HostAsync(cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Get, stack.Addresses.Services + "/");
        request.Headers.Host = host.Authority;
        using var reply = await http.SendAsync(request, cancellation);
        var body = (await reply.Content.ReadAsStringAsync(cancellation)).Trim();
        if (!quiet)
            screen.Line($"  {host} answers {(int)reply.StatusCode}: {Markup.Escape(body.ReplaceLineEndings(" "))}");
    }

    private async Task<Uri> HostAsync(CancellationToken cancellation)
    {
        using var channel = GrpcChannel.ForAddress($"http://{stack.Addresses.Run}");
        var service = await new Google.Cloud.Run.V2.Services.ServicesClient(channel).GetServiceAsync(
            new() { Name = "projects/acme/locations/asia-northeast1/services/web" }, cancellationToken: cancellation);
        return new Uri(service.Uri);
    }

    private async Task PublishAsync(string topic, string json, CancellationToken cancellation)
    {
        using var channel = GrpcChannel.ForAddress($"http://{stack.Addresses.Pubsub}");
        await new Publisher.PublisherClient(channel).PublishAsync(
            new PublishRequest
            {
                Topic = $"projects/{LocalStack.Project}/topics/{topic}",
                Messages = { new PubsubMessage { Data = ByteString.CopyFromUtf8(json) } },
            },
            cancellationToken: cancellation);
    }

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
