using CdAutomation.Cli.Output;
using CdAutomation.Cli.Up;
using CdAutomation.Domain.Decisions;
using Google.Cloud.Run.V2;
using Grpc.Net.Client;
using Spectre.Console;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.Cli.Demo;

/// <summary>What every story does: it says what happens, does it, and waits until the journal has answered and the answer has been told.</summary>
internal sealed class Narrator(LocalStack stack, ImagePusher pusher, Feed feed, Screen screen, bool quiet, TimeProvider clock)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>Where everything is.</summary>
    public LocalStack Stack => stack;

    /// <summary>The clock of the story.</summary>
    public TimeProvider Clock => clock;

    /// <summary>What happens next.</summary>
    public void Say(string sentence)
    {
        Note();
        Note($"[bold]{Markup.Escape(sentence)}[/]");
    }

    /// <summary>A line of Spectre markup, for people.</summary>
    public void Note(string markup = "")
    {
        if (!quiet)
            screen.Line(markup);
    }

    /// <summary>Pushes an image.</summary>
    public Task PushAsync(string path, string tag, DemoImage image, CancellationToken cancellation) => pusher.PushAsync(path, tag, image, cancellation);

    /// <summary>Does something and waits for the journal to answer it.</summary>
    /// <param name="act">What is done.</param>
    /// <param name="pipeline">Whose answer is waited for.</param>
    /// <param name="tag">Of which image.</param>
    /// <param name="answers">Whether that is it.</param>
    /// <param name="patience">Longer is a failure.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="UpException">There was no answer.</exception>
    public async Task<DecisionRecord> AnswerAsync(
        Func<Task> act, string pipeline, string tag, Func<DecisionRecord, bool> answers, TimeSpan patience, CancellationToken cancellation)
    {
        var before = await stack.Functions.Journal.LatestNumberAsync(cancellation);
        await act();
        return await AnswerAfterAsync(before, pipeline, tag, answers, patience, cancellation);
    }

    /// <summary>Waits for the journal to answer something that was done after a decision of that number.</summary>
    /// <exception cref="UpException">There was no answer.</exception>
    public async Task<DecisionRecord> AnswerAfterAsync(
        long before, string pipeline, string tag, Func<DecisionRecord, bool> answers, TimeSpan patience, CancellationToken cancellation)
    {
        for (var began = clock.GetTimestamp(); ; await Task.Delay(Pause, clock, cancellation))
        {
            foreach (var (number, record) in await stack.Functions.Journal.FeedAsync(before, 500, cancellation))
            {
                // Until the answer has been told, too: the next sentence comes after it.
                if (record.Pipeline == pipeline && record.Tag == tag && answers(record) && feed.Told >= number)
                    return record;
            }

            if (clock.GetElapsedTime(began) > patience)
                throw new UpException($"the demo waited {patience.TotalSeconds:0} s for an answer about {pipeline} {tag} and had none; 'cdctl why {pipeline}' tells what is known");
        }
    }

    /// <summary>Where the service <c>web</c> of a project answers.</summary>
    public async Task<Uri> WebOfAsync(string project, CancellationToken cancellation)
    {
        using var channel = GrpcChannel.ForAddress($"http://{stack.Addresses.Run}");
        var service = await new Services.ServicesClient(channel).GetServiceAsync(
            new() { Name = $"projects/{project}/locations/asia-northeast1/services/web" }, cancellationToken: cancellation);
        return new Uri(service.Uri);
    }

    /// <summary>That it is over, and what can be done now.</summary>
    public async Task EndAsync(CancellationToken cancellation, params string[] commands)
    {
        Note();
        Note("[bold]That is the story.[/] All of it stays up; in another terminal:");
        foreach (var command in commands)
            Note($"  {Markup.Escape(command)}");
        Note($"  curl -H 'Host: {(await WebOfAsync("acme", cancellation)).Authority}' {stack.Addresses.Services}/");
        Note("where cdctl is 'dotnet run --project functions/Cli --'. Ctrl+C ends it.");
    }
}
