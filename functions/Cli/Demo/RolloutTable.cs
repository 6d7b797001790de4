using System.Globalization;
using CdAutomation.Domain.Decisions;

namespace CdAutomation.Cli.Demo;

/// <summary>What became of each release, and what users saw of it.</summary>
internal sealed class RolloutTable
{
    private readonly Dictionary<string, string> _ends = new(StringComparer.Ordinal) { ["v1.0.0"] = "ran before" };

    /// <summary>All of production serves it.</summary>
    public void Serves(string tag, DecisionRecord end) => _ends[tag] = $"serves since {Time(end.At)}";

    /// <summary>It was caught, and nobody gets it any more.</summary>
    public void IsTakenBack(string tag, DecisionRecord verdict, DecisionRecord back) =>
        _ends[tag] = $"caught at {Time(verdict.At)}, taken back {(back.At - verdict.At).TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture)} s later";

    /// <summary>Tells it, the releases in this order.</summary>
    public void Tell(Narrator narrator, Users users, params DemoImage[] images)
    {
        narrator.Note();
        narrator.Note($"[bold]{"release",-9}{"in production",-48}{"requests",10}{"failed",9}[/]");
        foreach (var image in images)
        {
            var tag = image.Text.Split(' ')[1];
            var answers = users.Of(image);
            narrator.Note($"{tag,-9}{_ends[tag],-48}{Count(answers.Requests),10}{Count(answers.Failed),9}");
        }

        if (users.OfNone.Requests > 0)
            narrator.Note($"{"none",-9}{"answered by no release",-48}{Count(users.OfNone.Requests),10}{Count(users.OfNone.Failed),9}");
    }

    private static string Count(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Time(DateTimeOffset at) => $"{at.UtcDateTime:HH:mm:ss}Z";
}
