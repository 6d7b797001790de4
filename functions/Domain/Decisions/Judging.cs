using System.Collections.Immutable;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Domain.Decisions;

/// <summary>Asks every gate of a stage about one candidate.</summary>
internal static class Judging
{
    /// <summary>All verdicts, in the order of <see cref="GateList"/>; and which gates it is time to ask, where nothing else stands in the way.</summary>
    public static (ImmutableArray<Verdict> Verdicts, ImmutableArray<string> ToAsk) Of(
        Situation at, PipelineState state, StagePolicy policy, Candidate candidate, string? tag)
    {
        var gates = GateList.Of(at.Policy, policy, at.Freezes);
        var question = new Question(at, state, state.StageNamed(policy.Name), candidate, Release.Of(candidate, tag).Images[candidate.Image]);
        var verdicts = gates.Select(question.Ask).ToImmutableArray();

        // Nobody elsewhere is bothered about an image that a rule of our own keeps back, or somebody's no that still stands.
        var due = gates.Where(gate => gate.IsAskedElsewhere && question.IsDue(gate)).ToImmutableArray();
        var open = gates.Zip(verdicts).All(pair =>
            due.Contains(pair.First) || (pair.First.IsAskedElsewhere ? pair.Second.Finding != Finding.Reject : pair.Second.Finding == Finding.Pass));
        return (verdicts, open ? [.. due.Select(gate => gate.Name)] : []);
    }

    private sealed record Question(Situation At, PipelineState State, StageState Stage, Candidate Candidate, ReleaseImage Image)
    {
        public Verdict Ask(Gate gate) => gate.Match(
            frozen => FreezeGate.Judge(frozen, At.Now),
            after => AfterGate.Judge(after, Image, Since(State.StageNamed(after.Stage).Proved), At.Now),
            age => AgeGate.Judge(age, Image, At.Now),
            Elsewhere,
            build => BuildGate.Judge(build, Image, State.Builds.Values, At.Now, At.Patience.Build),
            windows => WindowsGate.Judge(windows, At.Now),
            rate => RateGate.Judge(rate, Stage.Started, At.Now),
            approvals => ApprovalsGate.Judge(approvals, Stage.Approvals.GetValueOrDefault(Candidate.Key), At.Author, At.Now),
            Elsewhere,
            Elsewhere,
            Elsewhere,
            Elsewhere);

        public bool IsDue(Gate gate) => AskedGate.IsDue(AnswerOf(gate), At.Now);

        private Verdict Elsewhere(Gate gate) => AskedGate.Judge(gate, Image, AnswerOf(gate), At.Now);

        private KeptAnswer? AnswerOf(Gate gate) => Stage.Answers.GetValueOrDefault(KeptAnswer.KeyOf(gate.Name, Candidate.Key));

        private DateTimeOffset? Since(ImmutableSortedDictionary<string, DateTimeOffset> proved) =>
            proved.TryGetValue(Candidate.Key, out var since) ? since : null;
    }
}
