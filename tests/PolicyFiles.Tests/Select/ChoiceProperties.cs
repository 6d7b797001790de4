using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;

namespace CdAutomation.PolicyFiles.Tests.Select;

/// <summary>What holds for the choice of every rule, whatever the tags.</summary>
public sealed class ChoiceProperties
{
    private const string AnyLabel = """{"policy":{"semver":{"level":"all","matchPreRelease":false}}}""";

    private static readonly string[] Levels =
    [
        """{"policy":{"semver":{"level":"patch"}}}""",
        """{"policy":{"semver":{"level":"minor"}}}""",
        """{"policy":{"semver":{"level":"major"}}}""",
        AnyLabel,
    ];

    private static readonly string[] Orders =
    [
        """{"policy":{"semver":{"range":">=0.1.0 <3.0.0"}}}""",
        """{"policy":{"semver":{"range":">=0.1.0-0 || ^1"}},"ignoreTags":["beta"]}""",
        """{"policy":{"numerical":{}},"filterTags":{"pattern":"^[0-9]+$"}}""",
        """{"policy":{"numerical":{"order":"desc"}},"filterTags":{"pattern":"^(\\d+)\\.(\\d+)\\.(\\d+)$","extract":"$1$2$3"}}""",
        """{"policy":{"alphabetical":{}},"allowTags":["^[0-9]"]}""",
        """{"policy":{"alphabetical":{"order":"desc"}}}""",
        """{"policy":{"digest":{"tag":"latest"}}}""",
        .. Levels,
    ];

    private static readonly string[] All = ["""{"policy":{"newest":{}}}""", .. Orders];

    // No two of them are one version, one number or one text, so that nothing is decided by age but 'newest'.
    private static readonly Gen<string> Version = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3], Gen.Int[0, 3],
        Gen.OneOf("", "", "", "-rc.1", "-rc.2", "-beta"), (major, minor, patch, label) => $"{major}.{minor}.{patch}{label}");

    private static readonly Gen<string> Tag =
        Gen.OneOf(Version, Version, Gen.Int[1, 40].Select(number => $"{number}"), Gen.OneOf("latest", "main", "deadbeef", "1.2.3.4"));

    private static readonly Gen<string[]> Tags = Tag.Array[0, 10].Select(tags => tags.Distinct().ToArray());

    [TestCaseSource(nameof(All))]
    public void A_further_tag_is_chosen_itself_or_changes_nothing(string spec) =>
        Gen.Select(Tags, Tag, Gen.Int[0, 10], Version).Sample((tags, further, place, running) =>
        {
            string[] others = [.. tags.Where(tag => tag != further)];
            var before = Choose(spec, others, running);
            var after = Choose(spec, [.. others.Take(place), further, .. others.Skip(place)], running);
            Assert.That(after, Is.EqualTo(before).Or.EqualTo(further));
        });

    [Test]
    public void A_tag_seen_before_all_others_is_never_the_newest() => Gen.Select(Tags, Tag).Sample((tags, older) =>
    {
        string[] others = [.. tags.Where(tag => tag != older)];
        Assert.That(Choose(All[0], [older, .. others], null), Is.EqualTo(others is [] ? older : others[^1]));
    });

    [TestCaseSource(nameof(Orders))]
    public void Where_no_two_tags_are_equal_their_age_plays_no_part(string spec) =>
        Gen.Select(Tags, Gen.Int, Version).Sample((tags, seed, running) =>
        {
            string[] shuffled = [.. tags];
            new Random(seed).Shuffle(shuffled);
            Assert.That(Choose(spec, shuffled, running), Is.EqualTo(Choose(spec, tags, running)));
        });

    [TestCaseSource(nameof(Levels))]
    public void After_the_choice_of_a_level_runs_nothing_is_left_to_choose(string spec) => Gen.Select(Tags, Version).Sample((tags, running) =>
    {
        if (Choose(spec, tags, running) is not { } chosen)
            return;
        Assert.That(chosen, Is.Not.EqualTo(running));
        Assert.That(Choose(spec, tags, chosen), Is.Null);
        Assert.That(Choose(AnyLabel, [running], chosen), Is.Null, "the way back is never up");
    });

    private static string? Choose(string spec, string[] tags, string? running)
    {
        var line = new JsonObject
        {
            ["spec"] = JsonNode.Parse(spec),
            ["tags"] = new JsonArray([.. tags.Select(tag => JsonValue.Create(tag))]),
            ["current"] = running,
        };
        using var answer = JsonDocument.Parse(SelectCases.Answer(line.ToJsonString()));
        return answer.RootElement.GetProperty("selected").GetString();
    }
}
