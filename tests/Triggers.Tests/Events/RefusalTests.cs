using System.Net;
using System.Text;
using CdAutomation.Triggers.Tests.Stage;

namespace CdAutomation.Triggers.Tests.Events;

/// <summary>What can never be understood is journalled with its reason and acknowledged, so that it does not come again.</summary>
public sealed class RefusalTests
{
    private const string Images = "/functions/OnImagePushed";
    private const string Builds = "/functions/OnBuildFinished";
    private static readonly string Good = Messages.Envelope(Messages.Pushed("v1.2.3", Messages.DigestA));

    private static IEnumerable<TestCaseData> Bodies()
    {
        yield return Case("message.json", Images, "garbage");
        yield return Case("message.json", Images, Good[..^5]);
        yield return Case("message.json", Images, new string('[', 200_000));
        yield return Case("message.json", Images, "{\"message\":{\"data\":\"\",\"data\":\"\"}}");
        yield return Case("message.json", Images, Good + "{}");
        yield return Case("message.shape", Images, "[]");
        yield return Case("message.shape", Images, "null");
        yield return Case("message.missing", Images, "{}");
        yield return Case("message.missing", Images, "{\"message\":7}");
        yield return Case("message.missing", Images, Messages.Pushed("v1.2.3", Messages.DigestA));
        yield return Case("message.field", Images, "{\"message\":{\"messageId\":7}}");
        yield return Case("message.field", Images, "{\"message\":{\"messageId\":\"7\",\"data\":{}}}");
        yield return Case("message.id", Images, "{\"message\":{\"messageId\":\"a b\",\"data\":\"e30=\"}}");
        yield return Case("message.id", Images, $"{{\"message\":{{\"messageId\":\"{new string('9', 4000)}\",\"data\":\"e30=\"}}}}");
        yield return Case("message.base64", Images, "{\"message\":{\"messageId\":\"7\",\"data\":\"no base64!\"}}");
        yield return Case("message.noData", Images, "{\"message\":{\"messageId\":\"7\",\"attributes\":{\"a\":\"b\"}}}");
        yield return Case("message.encoding", Images, "{\"message\":{\"messageId\":\"7\",\"data\":\"\\ud800\"}}");
        yield return Case("message.encoding", Images, "{\"\\udc00\":1}");
        yield return Case("message.wrongTopic", $"{Images}/projects/acme/topics/cloud-builds", Good);
        yield return Case("message.empty", Images, "");
    }

    private static IEnumerable<TestCaseData> Data()
    {
        yield return Case("message.json", Images, "not json");
        yield return Case("message.json", Images, "{\"action\":\"INSERT\",\"action\":\"DELETE\"}");
        yield return Case("message.shape", Images, "[1]");
        yield return Case("message.encoding", Images, "{\"action\":\"\\ud800\"}");
        yield return Case("message.notARegistryEvent", Images, "{}");
        yield return Case("message.notARegistryEvent", Images, Messages.Fixture("build-success.json"));
        yield return Case("message.field", Images, "{\"action\":5}");
        yield return Case("message.field", Images, "{\"action\":\"INSERT\",\"digest\":[]}");
        yield return Case("notification.action", Images, Messages.Pushed("v1", Messages.DigestA).Replace("INSERT", "UPSERT"));
        yield return Case("notification.digest", Images, "{\"action\":\"INSERT\",\"tag\":\"a.b/c:v1\"}");
        yield return Case("notification.tooLong", Images, $"{{\"action\":\"INSERT\",\"digest\":\"{new string('a', 100_000)}\"}}");
        yield return Case("message.notABuild", Builds, "{}");
        yield return Case("message.notABuild", Builds, Messages.Fixture("registry-insert-tag.json"));
        yield return Case("build.id", Builds, "{\"id\":7,\"status\":\"SUCCESS\"}");
        yield return Case("message.field", Builds, "{\"id\":\"b\",\"status\":3}");
        yield return Case("build.status", Builds, "{\"id\":\"b\",\"status\":\"GREAT\"}");
        yield return Case("build.project", Builds, "{\"id\":\"b\",\"status\":\"SUCCESS\"}");
        foreach (var status in new[] { "STATUS_UNKNOWN", "PENDING", "QUEUED", "WORKING" })
            yield return Case("build.unfinished", Builds, $"{{\"id\":\"b\",\"projectId\":\"p\",\"status\":\"{status}\"}}");
        var many = string.Join(',', Enumerable.Range(0, 501).Select(i => $"\"a.b/c{i}:v1\""));
        yield return Case("build.images", Builds, $"{{\"id\":\"b\",\"projectId\":\"p\",\"status\":\"SUCCESS\",\"images\":[{many}]}}");
    }

    [TestCaseSource(nameof(Bodies))]
    public Task A_body_that_is_no_message(string code, string path, string body) => RefusedAsync(code, () => Messages.Post(path, body));

    [TestCaseSource(nameof(Data))]
    public Task Data_that_is_not_of_the_topic(string code, string path, string data) =>
        RefusedAsync(code, () => Messages.Post(path, Messages.Envelope(data)));

    [Test]
    public Task A_body_that_is_not_UTF8() =>
        RefusedAsync("message.encoding", () => Messages.Post(Images, [0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]));

    [Test]
    public Task Data_that_is_not_UTF8() => RefusedAsync("message.encoding", () => Messages.Post(
        Images, $$$"""{"message":{"messageId":"7","data":"{{{Convert.ToBase64String([0x7b, 0xff, 0x7d])}}}"}}"""));

    [Test]
    public Task A_CloudEvent_of_another_topic() => RefusedAsync("message.wrongTopic", () => Messages.Binary(Images, "cloud-builds", Good));

    [Test]
    public Task A_CloudEvent_of_another_type() => RefusedAsync("event.type", () =>
    {
        var request = Messages.Binary(Images, "gcr", Good);
        request.Headers.Remove("ce-type");
        request.Headers.Add("ce-type", "google.cloud.storage.object.v1.finalized");
        return request;
    });

    [Test]
    public Task A_CloudEvent_without_a_body() => RefusedAsync("message.json", () => Messages.Binary(Images, "gcr", ""));

    [TestCase("event.data", "\"x\":1")]
    [TestCase("event.data", "\"data\":\"text\"")]
    [TestCase("message.base64", "\"data_base64\":\"!\"")]
    [TestCase("message.json", "\"data_base64\":\"eHh4\"")]
    [TestCase("message.missing", "\"data\":{}")]
    public Task A_structured_CloudEvent_without_a_message(string code, string data) =>
        RefusedAsync(code, () => Messages.PostStructured(Images, data));

    [Test]
    public async Task Ten_megabytes_of_garbage()
    {
        var garbage = new byte[10 * 1024 * 1024];
        new Random(1).NextBytes(garbage);
        await RefusedAsync("message.encoding", () => Messages.Post(Images, garbage));
        Array.Fill(garbage, (byte)'{');
        await RefusedAsync("message.json", () => Messages.Post(Images, garbage));
    }

    [TestCase(true)]
    [TestCase(false)]
    public async Task More_than_the_most_is_refused_and_answered(bool sizeAnnounced)
    {
        var huge = new byte[33 * 1024 * 1024];
        Array.Fill(huge, (byte)' ');
        var reason = await RefusedAsync("message.tooLarge", () =>
        {
            var request = Messages.Post(Images, huge);
            request.Headers.TransferEncodingChunked = !sizeAnnounced;
            return request;
        });
        Assert.That(reason, Does.Contain("33554432"));
    }

    private static async Task<string> RefusedAsync(string code, Func<HttpRequestMessage> request)
    {
        await using var house = await House.OpenAsync();
        for (var time = 1; time <= 2; time++)
        {
            using var answer = await house.Http.SendAsync(request());
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NoContent));
            Assert.That(await answer.Content.ReadAsStringAsync(), Is.Empty);
        }

        var kept = (await house.EventsAsync()).Single();
        Assert.That(kept.Refusal?.Code, Is.EqualTo(code), kept.Refusal?.Sentence);
        Assert.That((kept.Signal, kept.Times, kept.Settled), Is.EqualTo(((Domain.Releases.Signal?)null, 2, true)));
        Assert.That(kept.Refusal!.Sentence, Has.Length.InRange(5, 600), "a sentence, not the message");
        Assert.That(house.Log.Lines, Has.Some.Contains(code).And.None.StartsWith("Error"));
        return kept.Refusal.Sentence;
    }

    private static TestCaseData Case(string code, string path, string text) =>
        new TestCaseData(code, path, text).SetArgDisplayNames(code, path, Encoding.UTF8.GetByteCount(text) > 60 ? text[..60] : text);
}
