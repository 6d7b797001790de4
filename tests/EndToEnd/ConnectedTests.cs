using System.Globalization;
using System.Text.Json;
using CdAutomation.EndToEnd.Stage;
using Opentelemetry.Proto.Metrics.V1;
using Kind = Opentelemetry.Proto.Trace.V1.Span.Types.SpanKind;

namespace CdAutomation.EndToEnd;

/// <summary>Logs, traces and metrics of one push, from its event to the end of its rollout, through three processes and the waits in between.</summary>
public sealed class ConnectedTests
{
    private static readonly string Canary = Policies.Pipeline("shop", "web") + $$"""
              gates:
                approvals: { count: 1, from: ['user:{{TracedHouse.Actor}}'] }
              strategy:
                canary: { steps: [ { setWeight: 10 }, { pause: 1s }, { setWeight: 50 }, { pause: 1s } ] }

        """;

    [Test]
    public async Task An_otlp_receiver_gets_one_trace_of_a_push_its_approval_and_its_canary_and_every_log_line_of_it_says_so()
    {
        await using var house = await TracedHouse.StartAsync(Canary);
        var image = new TinyImage("v1.0.0");
        await DeployedAsync(house, image);
        var told = await house.ToldAsync("deployed");
        await house.StopFunctionsAsync();

        var lines = house.Lines.Where(line => Text(line, "digest") == image.Digest).ToArray();
        var trace = Text(lines.Single(line => Text(line, "outcome") == "deployed"), "trace_id")!;
        TheTraceIsWhole(house.Receiver.Spans, trace);
        TheTraceTellsAll(house.Receiver.Spans, trace, image);
        LinesAreFoundByTheTrace(lines, trace);
        TheTraceIsFoundByLines(house.Receiver.Spans, trace, lines);
        ThePersonIsNamed(house.Lines, lines, house.Receiver.Spans);
        Assert.That(told.Attributes["traceparent"], Does.StartWith($"00-{trace}-"));
        Assert.That(told.Attributes["googclient_traceparent"], Is.EqualTo(told.Attributes["traceparent"]));
        WhatItTookIsMeasured(house.Receiver.Metrics);
    }

    private static async Task DeployedAsync(TracedHouse house, TinyImage image)
    {
        await house.PushAsync(image, "v1.0.0");
        await Eventually.SeesAsync("it waits for somebody", () => Outcomes(house, image), outcomes => outcomes.Contains("held"));
        await house.ApproveAsync("v1.0.0");
        await Eventually.SeesAsync("it serves", async () =>
        {
            await house.TickAsync();
            return Outcomes(house, image);
        }, outcomes => outcomes.Contains("deployed"));
    }

    private static string Outcomes(TracedHouse house, TinyImage image) =>
        string.Join(' ', house.Lines.Where(line => Text(line, "digest") == image.Digest).Select(line => Text(line, "outcome")));

    /// <summary>Every span but the first has its parent in the trace, whichever process it came from; what else had a part in it is linked, both ways.</summary>
    private static void TheTraceIsWhole(ReceivedSpan[] spans, string trace)
    {
        var mine = spans.Where(span => span.Trace == trace).ToArray();
        var ids = mine.Select(span => span.Id).ToHashSet();
        Assert.That(mine.Where(span => !ids.Contains(span.Parent)).Select(span => $"{span.Name} below '{span.Parent}'"), Is.EqualTo(new[] { "process gcr below ''" }));
        Assert.That(mine.Select(span => span.Service).Distinct(), Is.EquivalentTo(new[] { "cd-OnImagePushed", "cd-OnTick", "cd-OnRequest" }));

        var linked = mine.SelectMany(span => span.Links).ToHashSet();
        var backwards = spans.Where(span => span.Links.Contains(trace)).Select(span => span.Trace).ToHashSet();
        foreach (var root in new[] { "process cd-ticks", "POST API" })
        {
            var others = spans.Where(span => span.Name == root && span.Parent == "").Select(span => span.Trace).ToArray();
            Assert.That(others.Any(linked.Contains), $"from the trace to {root}");
            Assert.That(others.Any(backwards.Contains), $"from {root} to the trace");
        }
    }

    private static void TheTraceTellsAll(ReceivedSpan[] spans, string trace, TinyImage image)
    {
        var mine = spans.Where(span => span.Trace == trace).ToArray();
        string?[] Of(string name, string attribute) => [.. mine.Where(span => span.Name == name).OrderBy(span => span.Span.StartTimeUnixNano).Select(span => span[attribute])];

        Assert.That(mine.Single(span => span.Name == "process gcr").Span.Kind, Is.EqualTo(Kind.Consumer));
        Assert.That(Of("decide", "cdautomation.outcome"), Is.SupersetOf(new[] { "held", "said", "deploying", "deployed" }));
        Assert.That(Of("apply", "cdautomation.traffic.percent"), Is.EqualTo(new[] { "0", "10", "50", "100" }), "the steps of the canary");
        Assert.That(Of("pause", "cdautomation.pause.duration"), Is.EqualTo(new[] { "1", "1" }));
        Assert.That(Of("rollout", "deployment.status"), Is.EqualTo(new[] { "succeeded" }));
        Assert.That(Of("rollout", "oci.manifest.digest"), Is.EqualTo(new[] { image.Digest }));
        Assert.That(mine.Count(span => span.Name == "send deployments" && span.Span.Kind == Kind.Producer), Is.EqualTo(1));

        var calls = mine.Where(span => span["rpc.system"] == "grpc").ToArray();
        Assert.That(calls.Select(span => span.Name), Has.Member("google.cloud.run.v2.Services/UpdateService").And.Member("google.pubsub.v1.Publisher/Publish"));
        Assert.That(calls.Select(span => span["rpc.grpc.status_code"]), Has.All.EqualTo("0"));
        var queries = mine.Where(span => span["db.system.name"] == "sqlite").ToArray();
        Assert.That(
            queries.Select(span => span["db.query.text"] ?? ""),
            Has.Some.StartsWith("insert into event (key, topic,").And.Some.StartsWith("update pipeline set version = version + 1"));
        Assert.That(queries.Count(span => span.Span.EndTimeUnixNano <= span.Span.StartTimeUnixNano), Is.Zero, "each has a duration");
        Assert.That(mine.Select(span => span["url.full"] ?? ""), Has.Some.Contains("/v2/acme/app/web/manifests/"), "the registry was asked");
    }

    private static void LinesAreFoundByTheTrace(JsonElement[] lines, string trace)
    {
        Assert.That(lines.Select(line => Text(line, "service")).Distinct(), Is.EquivalentTo(new[] { "cd-OnImagePushed", "cd-OnTick", "cd-OnRequest" }));
        foreach (var line in lines)
        {
            Assert.That(Text(line, "trace_id"), Is.EqualTo(trace), line.ToString());
            Assert.That(Text(line, "logging.googleapis.com/trace"), Is.EqualTo($"projects/acme/traces/{trace}"));
            Assert.That(Text(line, "logging.googleapis.com/spanId"), Is.EqualTo(Text(line, "span_id")));
            Assert.That(line.GetProperty("logging.googleapis.com/trace_sampled").GetBoolean());
            var datadog = line.GetProperty("dd");
            Assert.That(Text(datadog, "trace_id"), Is.EqualTo($"{ulong.Parse(trace[16..], NumberStyles.HexNumber, CultureInfo.InvariantCulture)}"));
            Assert.That((Text(datadog, "env"), Text(datadog, "version")), Is.EqualTo(("test", "1.2.3")));
        }
    }

    /// <summary>A line's span is one that came, and it says of the image what the line says.</summary>
    private static void TheTraceIsFoundByLines(ReceivedSpan[] spans, string trace, JsonElement[] lines)
    {
        var mine = spans.Where(span => span.Trace == trace).ToDictionary(span => span.Id);
        foreach (var line in lines)
        {
            var span = mine[Text(line, "span_id")!];
            Assert.That(span["cicd.pipeline.name"], Is.EqualTo(Text(line, "pipeline")), line.ToString());
            Assert.That(span["oci.manifest.digest"] ?? Text(line, "digest"), Is.EqualTo(Text(line, "digest")));
            Assert.That(span["deployment.environment.name"], Is.EqualTo(Text(line, "stage")));
            if (Text(line, "decisionId") is not { } decision)
                continue;
            Assert.That(span["cdautomation.decision.id"], Is.EqualTo(decision));
            Assert.That(span["deployment.id"], Is.EqualTo(Text(line, "release")));
        }
    }

    private static void ThePersonIsNamed(JsonElement[] all, JsonElement[] lines, ReceivedSpan[] spans)
    {
        static string? User(JsonElement line) => line.TryGetProperty("usr", out var user) ? Text(user, "id") : null;

        var said = lines.Single(line => Text(line, "outcome") == "said");
        Assert.That(User(said), Is.EqualTo(TracedHouse.Actor));
        Assert.That(all.Where(line => Text(line, "actor") is not null).Select(User), Is.Not.Empty.And.All.EqualTo(TracedHouse.Actor));
        Assert.That(all.Where(line => Text(line, "service") == "cd-OnImagePushed").Select(User), Has.All.Null, "nobody acted there");
        Assert.That(spans.Single(span => span.Id == Text(said, "span_id"))["user.id"], Is.EqualTo(TracedHouse.Actor));
    }

    private static void WhatItTookIsMeasured(Metric[] metrics)
    {
        var units = metrics.Select(metric => (metric.Name, metric.Unit)).Distinct();
        Assert.That(units, Is.SupersetOf(new[]
        {
            ("cdautomation.push.decision.duration", "s"), ("cdautomation.rollout.duration", "s"), ("cdautomation.events", "{event}"),
            ("cdautomation.decisions", "{decision}"), ("cdautomation.holds", "{hold}"), ("cdautomation.store.reads", "{document}"),
            ("cdautomation.store.writes", "{document}"), ("db.client.operation.duration", "s"), ("http.client.request.duration", "s"),
        }));
        var held = metrics.Where(metric => metric.Name == "cdautomation.holds").SelectMany(metric => metric.Sum.DataPoints);
        Assert.That(held.SelectMany(point => point.Attributes).Where(it => it.Key == "cdautomation.gate.name").Select(it => it.Value.StringValue), Has.Member("approvals"));
    }

    private static string? Text(JsonElement line, string name) => line.TryGetProperty(name, out var value) ? value.GetString() : null;
}
