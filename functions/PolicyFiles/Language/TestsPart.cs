using System.Collections.Immutable;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.PolicyFiles.Language.Model;
using CdAutomation.PolicyFiles.Nodes;

namespace CdAutomation.PolicyFiles.Language;

/// <summary>A test and what it names, where it names it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Test">What it says; null where something in it is wrong.</param>
/// <param name="At">Where its name stands.</param>
/// <param name="Pipeline">The pipeline.</param>
/// <param name="Image">The image, or null where it names none.</param>
/// <param name="GivenAt">Where an image could stand; null where it has no situation.</param>
/// <param name="Stages">Stages, in its history and in what it expects.</param>
internal sealed record PlacedTest(
    string Name, PolicyTest? Test, Position At, Named Pipeline, Named? Image, Position? GivenAt, ImmutableArray<Named> Stages);

/// <summary>Reads <c>tests</c>.</summary>
internal static class TestsPart
{
    /// <summary>The tests that have a name.</summary>
    /// <param name="pipeline">The pipeline that all of them ask; null where it could not be read.</param>
    public static ImmutableArray<PlacedTest> Read(Fields fields, Key key, Named? pipeline, ProblemList problems) =>
        [.. fields.Items(key).Select(item => Read(item, pipeline, problems)).OfType<PlacedTest>()];

    /// <summary>The tests of a document of the kind <c>PolicyTest</c>.</summary>
    public static ImmutableArray<PlacedTest> Read(Head head, ProblemList problems)
    {
        if (head.Spec is not { } node || Fields.Of(node, TestModel.Spec, problems) is not { } spec)
            return [];
        var pipeline = spec.Text(TestModel.Pipeline) is { } name ? new Named(name, spec.ValueAt(TestModel.Pipeline)) : null;
        return Read(spec, TestModel.Tests, pipeline, problems);
    }

    /// <summary>A test of the canonical form, which names its pipeline.</summary>
    public static PlacedTest? Read(YamlNode node, ProblemList problems)
    {
        if (Fields.Of(node, TestModel.Canonical, problems) is not { } fields)
            return null;
        var pipeline = fields.Text(TestModel.Pipeline) is { } name ? new Named(name, fields.ValueAt(TestModel.Pipeline)) : null;
        return Test(fields, pipeline, problems);
    }

    private static PlacedTest? Read(YamlNode node, Named? pipeline, ProblemList problems) =>
        Fields.Of(node, TestModel.Shape, problems) is { } fields ? Test(fields, pipeline, problems) : null;

    private static PlacedTest? Test(Fields fields, Named? pipeline, ProblemList problems)
    {
        var before = problems.Errors;
        var name = fields.Text(TestModel.Name);
        var stages = ImmutableArray.CreateBuilder<Named>();
        var given = fields.Mapping(TestModel.GivenKey);
        var situation = given is null ? null : Given(given, stages, problems);
        var expected = fields.Mapping(TestModel.ExpectKey) is { } expect ? Expectation(expect, stages, problems) : null;
        if (name is null || pipeline is null)
            return null;

        var test = problems.Errors > before || situation is null || expected is null ? null : new PolicyTest(name, pipeline.Name, situation, expected);
        var image = given is not null && situation?.Image is { } one ? new Named(one, given.ValueAt(TestModel.Image)) : null;
        return new(name, test, fields.ValueAt(TestModel.Name), pipeline, image, given?.At, stages.ToImmutable());
    }

    private static PolicyTestGiven Given(Fields fields, ImmutableArray<Named>.Builder stages, ProblemList problems)
    {
        var image = fields.Text(TestModel.Image);
        var (tag, at) = (fields.Text(TestModel.Tag), problems.Instant(fields, TestModel.At));
        var age = fields.Duration(TestModel.Age) ?? Defaults.TestAge;
        var build = fields.Mapping(TestModel.GivenBuild) is { } made ? Build(made) : null;
        var history = fields.Items(TestModel.History).Select(item => Deployment(item, stages, problems)).OfType<PolicyTestDeployment>();
        var approvals = fields.Texts(TestModel.Approvals).Select(item => item.Text);
        var author = fields.Text(TestModel.Author);
        var answers = fields.Mapping(TestModel.GivenAnswers) is { } said ? Answers(said) : ImmutableSortedDictionary<string, Finding>.Empty;
        return new PolicyTestGiven(image, tag ?? "", at ?? default, age, build, [.. history], [.. approvals], author, answers);
    }

    private static PolicyTestBuild Build(Fields fields) => new(fields.Word(TestModel.Status) ?? Defaults.BuildStatus,
        fields.Text(TestModel.Trigger), fields.Text(TestModel.Branch), fields.Text(TestModel.Repository));

    private static PolicyTestDeployment? Deployment(YamlNode node, ImmutableArray<Named>.Builder stages, ProblemList problems)
    {
        if (Fields.Of(node, TestModel.Deployment, problems) is not { } fields)
            return null;
        var (stage, tag) = (fields.Text(TestModel.HistoryStage), fields.Text(TestModel.HistoryTag));
        var at = problems.Instant(fields, TestModel.HistoryAt);
        if (stage is null || tag is null || at is not { } since)
            return null;
        stages.Add(new(stage, fields.ValueAt(TestModel.HistoryStage)));
        return new PolicyTestDeployment(stage, tag, since);
    }

    private static ImmutableSortedDictionary<string, Finding> Answers(Fields fields)
    {
        var answers = ImmutableSortedDictionary.CreateBuilder<string, Finding>(StringComparer.Ordinal);
        foreach (var key in TestModel.Answers.Keys)
        {
            if (fields.Choice(key, Words.Findings) is { } finding)
                answers.Add(key.Name, finding);
        }
        return answers.ToImmutable();
    }

    private static PolicyTestExpectation? Expectation(Fields fields, ImmutableArray<Named>.Builder stages, ProblemList problems)
    {
        if (fields.Text(TestModel.Stage) is { } stage)
            stages.Add(new(stage, fields.ValueAt(TestModel.Stage)));
        var by = fields.Text(TestModel.By);
        if (by is not null && !by.Contains('.', StringComparison.Ordinal) && !TestModel.Speakers.Contains(by))
            problems.Error(fields.ValueAt(TestModel.By), "policy.value", $"'by' is {Excerpt.Of(by)}{Nearest.Suggest(by, TestModel.Speakers)}");
        var until = problems.Instant(fields, TestModel.Until);
        return fields.Choice(TestModel.Verdict, Words.Verdicts) is { } verdict
            ? new PolicyTestExpectation(fields.Text(TestModel.Stage), verdict, by, until)
            : null;
    }
}
