using System.Collections.Immutable;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Rollouts;
using CsCheck;

namespace CdAutomation.Domain.Tests.Decisions;

/// <summary>What holds for every history, not only for those somebody thought of.</summary>
public sealed class DecisionProperties
{
    private static readonly Gen<int[]> Patches = Gen.Int[1, 30].Array[1, 12];

    [Test]
    public void However_pushes_are_repeated_and_reordered_the_newest_version_ends_up_serving() =>
        Gen.Select(Patches, Gen.Int[0, int.MaxValue]).Sample((patches, seed) =>
        {
            var told = Shuffled(patches.Concat(patches.Take(patches.Length / 2)), seed);
            var story = new Story().Running("v1.0.0");
            foreach (var (patch, index) in told.Select((patch, index) => (patch, index)))
            {
                story.Pushed($"v1.0.{patch}");
                if (index % 3 == 0)
                    story.Settles();
            }

            Assert.That(story.Settles().Serves, Is.EqualTo($"v1.0.{patches.Max()}"));
        });

    [Test]
    public void What_serves_never_goes_backwards_and_no_digest_is_ordered_twice() =>
        Gen.Select(Patches, Gen.Bool.Array[40]).Sample((patches, fails) =>
        {
            var story = new Story().Running("v1.0.0");
            var highest = 0;
            var ordered = new List<Digest>();
            foreach (var (patch, index) in patches.Concat(patches.Reverse()).Select((patch, index) => (patch, index)))
            {
                var before = story.Orders;
                story.Pushed($"v1.0.{patch}");
                ordered.AddRange(story.Orders.Where(order => before.All(each => each.Id != order.Id)).Select(order => order.Image.Digest));
                if (story.Orders.Any())
                    story = fails[index] ? story.Fails() : story.Settles();

                var serves = int.Parse(story.Serves!["v1.0.".Length..]);
                Assert.That(serves, Is.GreaterThanOrEqualTo(highest));
                highest = serves;
            }

            Assert.That(ordered, Is.Unique);
        });

    [Test]
    public void Whatever_came_first_push_or_build_the_end_is_the_same() =>
        Gen.Select(Patches, Gen.Int[0, int.MaxValue]).Sample((patches, seed) =>
        {
            Gate gate = new Gate.Build("SUCCESS", ["web-release"], null, null);
            var steps = patches.Distinct().SelectMany(patch => new (int Patch, bool Push)[] { (patch, true), (patch, false) });
            var story = new Story(gates: gate).Running("v1.0.0");
            foreach (var (patch, push) in Shuffled(steps, seed))
                (push ? story.Pushed($"v1.0.{patch}") : story.Built($"v1.0.{patch}")).Settles();

            Assert.That(story.Serves, Is.EqualTo($"v1.0.{patches.Max()}"));
            Assert.That(story.State.Owed, Is.Empty);
        });

    [Test]
    public void The_same_situation_gives_the_same_decision() =>
        Patches.Sample(patches =>
        {
            var story = new Story().Running("v1.0.0");
            foreach (var patch in patches)
                story.Pushed($"v1.0.{patch}");
            var at = new Situation(story.Policy, "c", story.State, [new Observation.TagSeen(
                "web", Story.Web, "v1.1.0", null, story.Now, new TagLookup.Found(Story.DigestOf("v1.1.0")), true)], "cause", story.Now, Patience.Default);

            var (first, second) = (Decider.Decide(at), Decider.Decide(at));
            Assert.That(first.Records, Is.EqualTo(second.Records).Using<DecisionRecord>((left, right) => left with { Verdicts = right.Verdicts } == right));
            Assert.That(first.Next.Owed.OfType<Effect.Apply>().Select(order => order.Id), Is.EqualTo(second.Next.Owed.OfType<Effect.Apply>().Select(order => order.Id)));
        });

    private static ImmutableArray<T> Shuffled<T>(IEnumerable<T> items, int seed)
    {
        var random = new Random(seed);
        return [.. items.OrderBy(_ => random.Next())];
    }
}
