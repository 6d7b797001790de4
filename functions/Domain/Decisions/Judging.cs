using System.Collections.Immutable;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Releases;

namespace CdAutomation.Domain.Decisions;

/// <summary>Asks every gate of a stage about one release: about each of its images, of which the one that fares worst speaks.</summary>
internal static class Judging
{
    /// <summary>
    /// All verdicts: what people have said first, then the policy's in the order of <see cref="GateList"/>; and which gates it is time to ask,
    /// where nothing else stands in the way.
    /// </summary>
    public static (ImmutableArray<Verdict> Verdicts, ImmutableArray<ToAsk> ToAsk) Of(
        Situation at, PipelineState state, StagePolicy policy, Offer offer, Request? request)
    {
        var stage = state.StageNamed(policy.Name);
        var gates = GateList.Of(at.Policy, policy, at.Freezes);
        ImmutableArray<Question> questions =
            [.. offer.Images.Select(candidate => new Question(at, state, stage, offer, candidate, offer.Release.Images[candidate.Image]))];

        var people = Standstills.Of(state, stage, offer, at.Now).Select(verdict => Skipped(verdict, request)).ToImmutableArray();
        var judged = gates.Select(gate => Skipped(questions.Select(question => question.Ask(gate)).MaxBy(verdict => verdict.Finding)!, request)).ToImmutableArray();

        // Nobody elsewhere is bothered about an image that a rule of our own keeps back, or somebody's no that still stands.
        var due = gates.Where(gate => gate.IsAskedElsewhere && !IsSkipped(gate.Name, request))
            .SelectMany(gate => questions.Where(question => question.IsDue(gate)).Select(question => new ToAsk(gate.Name, question.Candidate))).ToImmutableArray();
        var open = people.All(verdict => verdict.Finding == Finding.Pass) && gates.Zip(judged).All(pair =>
            due.Any(each => each.Gate == pair.First.Name)
            || (pair.First.IsAskedElsewhere ? pair.Second.Finding != Finding.Reject : pair.Second.Finding == Finding.Pass));
        return ([.. people, .. judged], open ? due : []);
    }

    private static bool IsSkipped(string gate, Request? request) => request is not null && request.Skips.Contains(gate, StringComparer.Ordinal);

    private static Verdict Skipped(Verdict verdict, Request? request) => verdict.Finding == Finding.Pass || !IsSkipped(verdict.Gate, request)
        ? verdict
        : new(verdict.Gate, Finding.Pass, new(
            "breakGlass.skipped", $"{request!.Actor} broke the glass: {request.Reason}; otherwise {verdict.Gate} would say: {verdict.Reason.Sentence}"));

    private sealed record Question(Situation At, PipelineState State, StageState Stage, Offer Offer, Candidate Candidate, ReleaseImage Image)
    {
        public Verdict Ask(Gate gate) => gate.Match(
            frozen => FreezeGate.Judge(frozen, At.Now),
            after => AfterGate.Judge(after, Image, Since(after.Stage), At.Now),
            age => AgeGate.Judge(age, Image, At.Now),
            Elsewhere,
            build => BuildGate.Judge(build, Image, State.Builds.Values, At.Now, At.Patience.Build),
            windows => WindowsGate.Judge(windows, At.Now),
            rate => RateGate.Judge(rate, Stage.Started, At.Now),
            approvals => ApprovalsGate.Judge(approvals, Round(), Authors(), At.Now),
            Elsewhere,
            Elsewhere,
            Elsewhere,
            Elsewhere);

        public bool IsDue(Gate gate) => AskedGate.IsDue(AnswerOf(gate), At.Now);

        private Verdict Elsewhere(Gate gate) => AskedGate.Judge(gate, Image, AnswerOf(gate), At.Now);

        private KeptAnswer? AnswerOf(Gate gate) => Stage.Answers.GetValueOrDefault(KeptAnswer.KeyOf(gate.Name, Candidate.Key));

        /// <summary>What was said of the release; and a no to one of its images, which may have been said before the others came, is a no to it.</summary>
        private ApprovalRound? Round()
        {
            var own = Stage.Approvals.GetValueOrDefault(Offer.Key);
            if (Offer.Images.Length == 1)
                return own;
            var rejections = Offer.Images
                .SelectMany(image => Stage.Approvals.TryGetValue(image.Key, out var round) ? round.Votes : [])
                .Where(vote => !vote.Approves).ToImmutableArray();
            return rejections.IsEmpty ? own : new(own?.Since ?? At.Now, [.. own?.Votes ?? [], .. rejections]);
        }

        /// <summary>One image can come of several commits, where they make it byte by byte the same.</summary>
        private ImmutableArray<string> Authors() => At.Author is { } told
            ? [told]
            : [.. State.BuildsOf(Candidate.Repository, Candidate.Digest).Select(build => build.Author).OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase)];

        /// <summary>An earlier stage may use only some of the images: then it has proved those.</summary>
        private DateTimeOffset? Since(string stage)
        {
            var policy = At.Policy.StageNamed(stage)!;
            return State.StageNamed(stage).Proved.TryGetValue(offerKey(policy), out var since) ? since : null;

            string offerKey(StagePolicy of) => Offer.Release.Of(of.ImagesUsed).Key;
        }
    }
}
