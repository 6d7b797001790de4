using System.Globalization;
using System.Net;
using System.Text;
using CdAutomation.Triggers.Tests.Stage;

namespace CdAutomation.Triggers.Tests.Events;

/// <summary>A thousand messages that nobody can understand, each different, from one seed.</summary>
public sealed class MalformedFloodTests
{
    private const int Count = 1000;
    private const int Seed = 20261123;

    private static readonly string[] WrongValues = ["7", "null", "[]", "{}", "true", "\"\"", "\"?\"", "1e400", "[[[[]]]]"];

    [Test]
    public async Task Each_is_acknowledged_and_journalled_with_a_reason_and_the_process_lives()
    {
        await using var house = await House.OpenAsync();
        var random = new Random(Seed);
        for (var number = 0; number < Count; number++)
        {
            using var request = Malformed(random, number);
            using var answer = await house.Http.SendAsync(request);
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.NoContent), $"seed {Seed}, message {number}");
        }

        var kept = await house.EventsAsync();
        Assert.That(kept.Sum(received => received.Times), Is.EqualTo(Count), "none is missing");
        Assert.That(kept.Where(received => received.Refusal is null), Is.Empty);
        Assert.That(kept.Where(received => received.Signal is not null), Is.Empty);
        Assert.That(kept.Where(received => !received.Settled), Is.Empty);
        Assert.That(kept.Select(received => received.Refusal!.Code).Distinct().Count(), Is.GreaterThan(12), "the flood is a varied one");
        Assert.That(house.Log.Lines.Where(line => line.StartsWith("Error", StringComparison.Ordinal)), Is.Empty);

        house.Registry.Put($"{Messages.Web}:v1.2.3", Messages.DigestA);
        var good = Messages.Post("/functions/OnImagePushed", Messages.Envelope(Messages.Pushed("v1.2.3", Messages.DigestA)));
        (await house.Http.SendAsync(good)).EnsureSuccessStatusCode();
        Assert.That(house.Targets.Running, Has.One.Items, "what came after the flood was still deployed");
    }

    private static HttpRequestMessage Malformed(Random random, int number)
    {
        var build = random.Next(2) == 0;
        var path = build ? "/functions/OnBuildFinished" : "/functions/OnImagePushed";
        var data = build ? Messages.Fixture("build-success.json") : Messages.Pushed("v1.2.3", Messages.DigestA);
        var envelope = Messages.Envelope(data, id: number.ToString(CultureInfo.InvariantCulture));
        return random.Next(12) switch
        {
            0 => Messages.Post(path, envelope[..random.Next(1, envelope.Length - 2)]),
            1 => Messages.Post(path, Noise(random, random.Next(1, 4000))),
            2 when number % 40 == 0 => Messages.Post(path, Noise(random, 10 * 1024 * 1024)),
            2 => Messages.Post(path, Broken(random, envelope)),
            3 => Messages.Post(path, $"{{\"n\":{number},\"message\":{Nested(random.Next(33, 50_000))}}}"),
            4 => Messages.Post(path, envelope.Replace("\"data\":\"", "\"data\":\"*", StringComparison.Ordinal)),
            5 => Messages.Post(path, $"{{\"n\":{number},\"message\":{WrongValues[random.Next(WrongValues.Length)]}}}"),
            6 => Messages.Binary(path, random.Next(2) == 0 ? "somewhere-else" : "cd-ticks", envelope, $"e{number}"),
            7 => Messages.Post(path, Messages.Envelope(Other(data, build), $"{number}")),
            8 => Messages.Post(path, Messages.Envelope(WithWrongField(random, build), $"{number}")),
            9 => Messages.Post("/functions/OnTick", Broken(random, envelope)),
            10 => Messages.PostStructured(path, $"\"data\":{WrongValues[random.Next(WrongValues.Length)]},\"n\":{number}"),
            _ => Messages.Post(path, Messages.Envelope(data[..random.Next(1, data.Length - 2)], $"{number}")),
        };
    }

    /// <summary>The other topic's data, or an action that there is not.</summary>
    private static string Other(string data, bool build) =>
        build ? Messages.Pushed("v1", Messages.DigestA) : data.Replace("INSERT", "MELT", StringComparison.Ordinal);

    private static string WithWrongField(Random random, bool build)
    {
        var wrong = WrongValues[random.Next(WrongValues.Length)];
        return build ? $"{{\"status\":{wrong},\"id\":{wrong}}}" : $"{{\"action\":\"INSERT\",\"digest\":{wrong},\"tag\":{wrong}}}";
    }

    private static byte[] Noise(Random random, int size)
    {
        var noise = new byte[size];
        random.NextBytes(noise);
        return noise;
    }

    /// <summary>With one byte of it made one that no JSON and no UTF-8 has at that place.</summary>
    private static byte[] Broken(Random random, string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        bytes[random.Next(bytes.Length)] = (byte)random.Next(0xF8, 0x100);
        return bytes;
    }

    private static string Nested(int depth) => new string('[', depth) + new string(']', depth);
}
