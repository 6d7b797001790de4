using System.Collections.Immutable;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;

namespace CdAutomation.Domain.Releases;

/// <summary>Everything that is remembered of a pipeline: what was seen, where its stages stand, and what is owed to the world.</summary>
/// <param name="Commit">The policy commit it was last decided under; <c>none</c> before the first decision.</param>
/// <param name="Candidates">By <see cref="Candidate.Key"/>.</param>
/// <param name="Builds">By build id; builds of images that have not been seen yet wait here for them.</param>
/// <param name="Looks">Tags the registry could not answer for yet, by <see cref="PendingLook.Key"/>.</param>
/// <param name="Stages">By stage name.</param>
/// <param name="Owed">Decided but not yet known to be done.</param>
/// <param name="SurveyAt">When the registry's own list of tags is to be read next.</param>
/// <param name="WakeAt">The next instant at which time alone asks for a decision; null when only an event can.</param>
public sealed record PipelineState(
    string Commit,
    ImmutableSortedDictionary<string, Candidate> Candidates,
    ImmutableSortedDictionary<string, Build> Builds,
    ImmutableSortedDictionary<string, PendingLook> Looks,
    ImmutableSortedDictionary<string, StageState> Stages,
    ImmutableArray<Effect> Owed,
    DateTimeOffset? SurveyAt,
    DateTimeOffset? WakeAt)
{
    /// <summary>A pipeline nobody has seen yet.</summary>
    public static PipelineState New { get; } = new(
        "none",
        ImmutableSortedDictionary<string, Candidate>.Empty,
        ImmutableSortedDictionary<string, Build>.Empty,
        ImmutableSortedDictionary<string, PendingLook>.Empty,
        ImmutableSortedDictionary<string, StageState>.Empty,
        [],
        null,
        null);

    /// <summary>By image: the tag at which the next survey goes on with those that are not urgent.</summary>
    public ImmutableSortedDictionary<string, string> SurveyedTo { get; init => field = value ?? field; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Digests that are never taken again, by candidate key, because somebody said so.</summary>
    public ImmutableSortedDictionary<string, Standstill> Quarantined { get; init => field = value ?? field; } =
        ImmutableSortedDictionary<string, Standstill>.Empty;

    /// <summary>
    /// The events by which people's words and wishes were taken in, the latest last. Such an event comes again when a worker dies before it has
    /// said that it is done with it; the word must not count anew then, for another may have been said since.
    /// </summary>
    public ImmutableArray<string> Heeded { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Why nothing moves in any stage, by somebody's word; null where it does.</summary>
    public Standstill? Freeze { get; init; }

    /// <summary>How many pushes came to a decision by the registry's own list alone, because their event never came.</summary>
    public long LostEventsHealed { get; init; }

    /// <summary>Where a stage stands.</summary>
    public StageState StageNamed(string name) => Stages.GetValueOrDefault(name, StageState.New);

    /// <summary>The builds that made an image, the latest first: an image may be made again, byte by byte the same.</summary>
    public IEnumerable<Build> BuildsOf(Repository repository, Digest digest) =>
        Builds.Values.Where(build => build.Made(repository, digest)).OrderByDescending(build => (build.FinishedAt, build.Id));
}

/// <summary>A tag to ask the registry for again.</summary>
/// <param name="Image">The image's name in the policy.</param>
/// <param name="Tag">The tag.</param>
/// <param name="Announced">The digest that the event named, or that the registry's own list led to; null when nothing named one.</param>
/// <param name="Since">When it was first asked for.</param>
/// <param name="DueAt">When to ask next.</param>
/// <param name="Attempts">Looks so far.</param>
public sealed record PendingLook(string Image, string Tag, Digest? Announced, DateTimeOffset Since, DateTimeOffset DueAt, int Attempts)
{
    /// <summary>Whether no event named the digest: the registry's own list led to it.</summary>
    public bool Unheard { get; init; }

    /// <summary>Its key in the state.</summary>
    public string Key => KeyOf(Image, Tag, Announced);

    /// <summary>The key of a look: two digests that were announced for one tag are two questions.</summary>
    public static string KeyOf(string image, string tag, Digest? announced) => $"{image}:{tag}@{announced?.Short}";
}

/// <summary>Where one stage of a pipeline stands.</summary>
/// <param name="Targets">The targets that all of this is about; empty for a stage nobody has looked at.</param>
/// <param name="Serving">What runs there; null while nobody has looked at every target.</param>
/// <param name="Unseen">Why a target could not be read, while <paramref name="Serving"/> is null; null before the first look.</param>
/// <param name="Rollout">The release being applied, or taken back; null when none is.</param>
/// <param name="Request">An image somebody asked for, until it is taken or refused.</param>
/// <param name="Failed">Why a release did not do well, by its key; it is never taken again by itself.</param>
/// <param name="Told">The reason code last journalled, by candidate key, so that each change is told once.</param>
public sealed record StageState(
    ImmutableArray<Target> Targets,
    Serving? Serving,
    Unseen? Unseen,
    Rollout? Rollout,
    Request? Request,
    ImmutableSortedDictionary<string, Reason> Failed,
    ImmutableSortedDictionary<string, string> Told)
{
    /// <summary>As many as a rate gate can ask for.</summary>
    private const int BeginningsKept = 100;

    /// <summary>Whether all of this only happened on paper, because the policy's mode was <c>shadow</c>.</summary>
    public bool Shadow { get; init; }

    /// <summary>What each target ran when it was last seen or changed, by resource name.</summary>
    public ImmutableSortedDictionary<string, Footing> Footings { get; init => field = value ?? field; } =
        ImmutableSortedDictionary<string, Footing>.Empty;

    /// <summary>Since when a release has served all of the stage, by its key; kept when a newer one has taken its place.</summary>
    public ImmutableSortedDictionary<string, DateTimeOffset> Proved { get; init => field = value ?? field; } =
        ImmutableSortedDictionary<string, DateTimeOffset>.Empty;

    /// <summary>The releases, by key, whose job before a rollout has run well here: it runs once.</summary>
    public ImmutableSortedSet<string> Predeployed { get; init => field = value ?? field; } = [];

    /// <summary>What served all of the stage, oldest first, the present one last: what somebody can go back to.</summary>
    public ImmutableArray<Served> Past { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>
    /// The last release that served, was verified, and has a place in the order of the tag rules. While something else serves that somebody
    /// asked for, or that was gone back to, nothing older than this one goes ahead by itself.
    /// </summary>
    public Release? Mark { get; init; }

    /// <summary>When rollouts began, oldest first; as many as a rate can ask for.</summary>
    public ImmutableArray<DateTimeOffset> Started { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary><see cref="Started"/> with one more beginning.</summary>
    internal ImmutableArray<DateTimeOffset> StartedAlsoAt(DateTimeOffset now) => [.. Started.Skip(Started.Length - BeginningsKept + 1), now];

    /// <summary>What was answered to gates that are asked elsewhere, by <see cref="KeptAnswer.KeyOf"/>; of one policy commit.</summary>
    public ImmutableSortedDictionary<string, KeptAnswer> Answers { get; init => field = value ?? field; } =
        ImmutableSortedDictionary<string, KeptAnswer>.Empty;

    /// <summary>What people have said, by the release's key, a no also by the key of the image that it was said to; of one policy commit.</summary>
    public ImmutableSortedDictionary<string, ApprovalRound> Approvals { get; init => field = value ?? field; } =
        ImmutableSortedDictionary<string, ApprovalRound>.Empty;

    /// <summary>
    /// What was said under the commit before: work that began under it ends under it, and what people say in between counts again after that.
    /// Null where nothing was.
    /// </summary>
    public ApprovalsUnder? ApprovalsBefore { get; init; }

    /// <summary>Why it takes nothing, by somebody's word or because a rollout went wrong; null where it does.</summary>
    public Standstill? Hold { get; init; }

    /// <summary>The release it stays on; null where it does not.</summary>
    public Pin? Pin { get; init; }

    /// <summary>What somebody else changed, by the target's resource name: nothing is taken until it is undone or somebody says so.</summary>
    public ImmutableSortedDictionary<string, Standstill> Drifts { get; init => field = value ?? field; } =
        ImmutableSortedDictionary<string, Standstill>.Empty;

    /// <summary>With somebody else's change of a target noted, which is not fought over.</summary>
    /// <param name="target">The target.</param>
    /// <param name="why">What is seen there.</param>
    /// <param name="now">When it was seen.</param>
    internal StageState Drifted(Target target, Reason why, DateTimeOffset now) =>
        this with { Drifts = Drifts.SetItem(target.ResourceName, new(why.Sentence, null, now, null)) };

    /// <summary>What somebody asked for, where it is this that is offered; null where the policy chose it.</summary>
    internal Request? RequestFor(Offer offer) => Request is { } wish && offer.Has(wish.Candidate) ? wish : null;

    /// <summary>A stage nobody has looked at.</summary>
    public static StageState New { get; } = new(
        [], null, null, null, null, ImmutableSortedDictionary<string, Reason>.Empty, ImmutableSortedDictionary<string, string>.Empty);
}

/// <summary>An answer of somebody elsewhere, and when it is worth asking again.</summary>
/// <param name="Answer">What was answered.</param>
/// <param name="AskedAt">When.</param>
/// <param name="AskAgainAt">From then on the answer is too old to go by; null where it stands for good.</param>
/// <param name="Attempts">How often it was asked without an end.</param>
public sealed record KeptAnswer(Answer Answer, DateTimeOffset AskedAt, DateTimeOffset? AskAgainAt, int Attempts)
{
    /// <summary>The key of a gate's answer about a candidate.</summary>
    public static string KeyOf(string gate, string candidate) => $"{gate}|{candidate}";
}

/// <summary>A target that could not be read.</summary>
/// <param name="Why">What stood in the way, and of which target.</param>
/// <param name="LookAt">When to look again.</param>
/// <param name="Attempts">Looks so far.</param>
public sealed record Unseen(Reason Why, DateTimeOffset LookAt, int Attempts);
