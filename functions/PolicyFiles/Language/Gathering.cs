using System.Collections.Immutable;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Policies;
using CdAutomation.PolicyFiles.Nodes;

namespace CdAutomation.PolicyFiles.Language;

/// <summary>
/// Puts documents together to one set. What is wrong between them (a name twice, a target twice, a name that nothing has) is told where it
/// is seen second, or where the name stands.
/// </summary>
internal sealed class Gathering
{
    private readonly Dictionary<string, PipelineDocument> _pipelines = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Freeze> _freezes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _sound = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _pipelineNames = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _freezeNames = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _testNames = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _targets = new(StringComparer.Ordinal);
    private readonly List<(PlacedTest Test, ProblemList Problems)> _tests = [];
    private readonly List<(Named Pipeline, ProblemList Problems)> _excepted = [];

    /// <summary>Takes a pipeline.</summary>
    public void Add(PipelineDocument pipeline, bool sound, ProblemList problems)
    {
        var before = problems.Errors;
        var first = Claim(_pipelineNames, pipeline.Name, pipeline.NameAt, "a pipeline", problems);
        ClaimTargets(pipeline, problems);
        _tests.AddRange(pipeline.Tests.Select(test => (test, problems)));
        if (pipeline.Name is null || !first)
            return;
        _pipelines.Add(pipeline.Name, pipeline);
        if (sound && problems.Errors == before && pipeline.Policy is not null)
            _sound.Add(pipeline.Name);
    }

    /// <summary>Takes a freeze.</summary>
    public void Add(FreezeDocument freeze, bool sound, ProblemList problems)
    {
        _excepted.AddRange(freeze.Except.Select(named => (named, problems)));
        if (Claim(_freezeNames, freeze.Name, freeze.NameAt, "a freeze", problems) && sound && freeze.Freeze is { } whole)
            _freezes.Add(whole.Name, whole);
    }

    /// <summary>Takes the tests of a document.</summary>
    public void Add(ImmutableArray<PlacedTest> tests, Head head, ProblemList problems)
    {
        Claim(_testNames, head.Name, head.NameAt, "a policy test", problems);
        Add(tests, problems);
    }

    /// <summary>Takes tests.</summary>
    public void Add(ImmutableArray<PlacedTest> tests, ProblemList problems) => _tests.AddRange(tests.Select(test => (test, problems)));

    /// <summary>Tells what is wrong between the documents, and gives what is right; without problems, which stand in their lists.</summary>
    public PolicyReading Close()
    {
        var pipelines = new NameTable(_pipelines.Keys);
        foreach (var (named, problems) in _excepted)
            pipelines.Check(problems, named, "except", "the pipelines");

        var places = ImmutableDictionary.CreateBuilder<(string Pipeline, string Test), string>();
        var tests = _tests.Where(placed => IsRight(placed.Test, pipelines, places, placed.Problems)).Select(placed => placed.Test.Test).OfType<PolicyTest>();
        return new(_sound.ToImmutableSortedDictionary(name => name, name => _pipelines[name].Policy!, StringComparer.Ordinal), [])
        {
            Freezes = [.. _freezes.Values.OrderBy(freeze => freeze.Name, StringComparer.Ordinal)],
            Tests = [.. tests.OrderBy(test => test.Pipeline, StringComparer.Ordinal).ThenBy(test => test.Name, StringComparer.Ordinal)],
            TestPlaces = places.ToImmutable(),
        };
    }

    /// <summary>Whether the name is there and new.</summary>
    private static bool Claim(Dictionary<string, string> names, string? name, Position at, string what, ProblemList problems)
    {
        if (name is null || names.TryAdd(name, $"{problems.File}:{at.Line}"))
            return name is not null;
        problems.Error(at, "policy.duplicateName", $"{what} '{name}' stands in {names[name]} already");
        return false;
    }

    // A pipeline that changes nothing may watch what another one deploys; within itself a target twice is a mistake all the same.
    private void ClaimTargets(PipelineDocument pipeline, ProblemList problems)
    {
        var taken = pipeline.Mode == PolicyMode.Enforce ? _targets : new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var placed in pipeline.Targets)
        {
            var target = placed.Target.ResourceName;
            if (!taken.TryAdd(target, $"pipeline '{pipeline.Name}' in {problems.File}:{placed.At.Line}"))
                problems.Error(placed.At, "policy.duplicateTarget",
                    $"the target {target} is taken by {taken[target]} already; two pipelines would undo each other");
        }
    }

    private bool IsRight(
        PlacedTest placed, NameTable pipelines, ImmutableDictionary<(string Pipeline, string Test), string>.Builder places, ProblemList problems)
    {
        var before = problems.Errors;
        pipelines.Check(problems, placed.Pipeline, "pipeline", "the pipelines");
        if (_pipelines.TryGetValue(placed.Pipeline.Name, out var pipeline))
        {
            foreach (var stage in placed.Stages)
                pipeline.Stages?.Check(problems, stage, "stage", $"the stages of pipeline '{pipeline.Name}'");
            if (placed.Image is { } image)
                pipeline.Images?.Check(problems, image, "image", $"the images of pipeline '{pipeline.Name}'");
            else if (pipeline.ImageCount > 1 && placed.GivenAt is { } at)
                problems.Error(at, "policy.missingKey", $"given needs 'image', for pipeline '{pipeline.Name}' has several");
        }

        var key = (placed.Pipeline.Name, placed.Name);
        if (!places.TryAdd(key, $"{problems.File}:{placed.At.Line}"))
            problems.Error(placed.At, "policy.duplicateName",
                $"a test {Domain.Images.Excerpt.Of(placed.Name)} of pipeline '{placed.Pipeline.Name}' stands in {places[key]} already");
        return problems.Errors == before;
    }
}
