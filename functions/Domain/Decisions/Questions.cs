using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;
using CdAutomation.Domain.Rollouts;

namespace CdAutomation.Domain.Decisions;

/// <summary>Owes questions to gates that are asked elsewhere, and takes in what was answered.</summary>
internal static class Questions
{
    private const int QuickAttempts = 8;

    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    /// <summary>Owes what it is time to ask about a standing, once each.</summary>
    public static Taken Owe(Taken taken, StagePolicy policy, Standing standing)
    {
        foreach (var (gate, candidate) in standing.ToAsk)
        {
            var (now, key) = (taken.At.Now, candidate.Key);
            if (taken.State.Owed.Any(effect => effect is Effect.Ask ask && ask.Stage == policy.Name && ask.Gate == gate && ask.Candidate == key))
                continue;

            var ask = new Effect.Ask(
                $"{policy.Name}/ask/{gate}/{candidate.Digest.Short}/{now.ToUnixTimeMilliseconds()}",
                now + taken.At.Patience.Payment, 0, policy.Name, gate, key, taken.CauseOf(key));
            taken = taken with { State = taken.State with { Owed = taken.State.Owed.Add(ask) } };
        }

        return taken;
    }

    /// <summary>Keeps an answer, and when to ask again.</summary>
    public static Taken Take(Taken taken, Observation.Answered answered)
    {
        // A later decision may have taken the question back: under other policies it is another question.
        if (taken.State.Owed.OfType<Effect.Ask>().FirstOrDefault(effect => effect.Id == answered.Effect) is not { } ask)
            return taken;

        var stage = taken.State.StageNamed(ask.Stage);
        var key = KeptAnswer.KeyOf(ask.Gate, ask.Candidate);
        var kept = Kept(answered.Answer, stage.Answers.GetValueOrDefault(key), taken.At);
        taken = taken with { State = taken.State with { Owed = taken.State.Owed.RemoveAll(effect => effect.Id == ask.Id) } };
        return taken
            .Because(ask.Candidate, ask.Cause)
            .WithStage(ask.Stage, stage with { Answers = stage.Answers.SetItem(key, kept) });
    }

    /// <summary>Something was attached to an image, a signature perhaps: whoever waits for one looks again at once.</summary>
    public static Taken SomethingAttached(Taken taken)
    {
        foreach (var stage in taken.At.Policy.Stages.Where(stage => stage.Gates.Any(gate => gate is Gate.Signature)))
            taken = AskAgain(taken, stage.Name, key => key.StartsWith("signature|", StringComparison.Ordinal));
        return taken;
    }

    /// <summary>A person may know what has been mended since: nothing but a yes is gone by any longer.</summary>
    public static Taken AskedFor(Taken taken, string candidate) => taken.At.Policy.Stages.Aggregate(
        taken, (each, stage) => AskAgain(each, stage.Name, key => key.EndsWith($"|{candidate}", StringComparison.Ordinal)));

    private static Taken AskAgain(Taken taken, string name, Func<string, bool> about)
    {
        var stage = taken.State.StageNamed(name);
        var due = stage.Answers
            .Where(each => about(each.Key) && each.Value.Answer.Finding != Finding.Pass)
            .Select(each => KeyValuePair.Create(each.Key, each.Value with { AskAgainAt = taken.At.Now }));
        return taken.WithStage(name, stage with { Answers = stage.Answers.SetItems(due) });
    }

    private static KeptAnswer Kept(Answer answer, KeptAnswer? before, Situation at) => answer.Finding switch
    {
        Finding.Pass => new(answer, at.Now, at.Now + at.Patience.Fresh, 0),
        Finding.Reject => new(answer, at.Now, null, 0),
        _ => Undecided(answer, (before?.Attempts ?? 0) + 1, at),
    };

    private static KeptAnswer Undecided(Answer answer, int attempts, Situation at)
    {
        var usual = attempts <= QuickAttempts ? at.Patience.After(attempts) : at.Patience.Survey;
        var wait = answer.RetryAfter is { } wished ? TimeSpan.FromTicks(Math.Clamp(wished.Ticks, at.Patience.Retry.Ticks, LongestWait.Ticks)) : usual;
        return new(answer, at.Now, at.Now + wait, attempts);
    }
}
