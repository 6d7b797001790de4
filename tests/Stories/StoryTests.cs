namespace CdAutomation.Stories;

/// <summary>Every story of <c>stories/</c>, told against the production code of the domain.</summary>
public sealed class StoryTests
{
    private static IEnumerable<TestCaseData> All() => StoryFile.All().Select(story => new TestCaseData(story).SetArgDisplayNames(story.ToString()));

    [TestCaseSource(nameof(All))]
    public void Tell(object told)
    {
        var story = (StoryFile)told;
        var telling = new Telling(new Stage(story.Policy));
        foreach (var (word, about) in story.Steps)
            telling.Tell(word, about);
        Assert.That(story.Steps.Any(step => step.Word == "expect"), "a story expects something");
    }

    [Test]
    public void There_are_sixty_at_least_and_no_two_of_one_name() =>
        Assert.That(StoryFile.All().Select(story => story.ToString()).ToArray(), Is.Unique.And.Length.GreaterThanOrEqualTo(60));
}
