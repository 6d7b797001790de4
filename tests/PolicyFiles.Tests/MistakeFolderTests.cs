namespace CdAutomation.PolicyFiles.Tests;

/// <summary>The files of <c>mistakes/</c>, which point at their own mistakes.</summary>
public sealed class MistakeFolderTests
{
    private const string Mark = "#~";

    [Test]
    public void A_folder_of_mistakes_tells_every_one_at_its_line_and_column()
    {
        var files = Policies.Resources("mistakes/");
        var expected = files.SelectMany(Expected).ToArray();
        var told = PolicyReader.Read(files).Problems;

        Assert.That(expected.Count(line => !line.EndsWith("policy.later", StringComparison.Ordinal)), Is.GreaterThanOrEqualTo(40));
        Assert.That(told.Select(problem => $"{problem.File}:{problem.Line}:{problem.Column}: {problem.Code}"), Is.EquivalentTo(expected));
        Assert.That(told.Select(problem => problem.Sentence), Has.None.EndsWith(".").And.None.Contains("\n"));
    }

    private static IEnumerable<string> Expected(PolicyFile file)
    {
        var line = 0;
        foreach (var (text, index) in file.Text.Split('\n').Select((text, index) => (text, index)))
        {
            if (!text.StartsWith(Mark, StringComparison.Ordinal))
                line = index + 1;
            else if (text.IndexOf('^', StringComparison.Ordinal) is var caret and > 0)
                yield return $"{file.Path}:{line}:{caret + 1}: {text[(caret + 2)..]}";
        }
    }
}
