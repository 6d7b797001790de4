using System.Collections.Immutable;

namespace CdAutomation.PolicyFiles.Language.Model;

/// <summary>What policies' authors expect: <c>tests</c>, and the document of the kind <c>PolicyTest</c>.</summary>
internal static class TestModel
{
    public static readonly Key Image = new("image", Texts.Label, "The image's name in the pipeline; may be left out where there is one.")
    { Examples = ["\"web\""] };

    public static readonly Key Tag = new("tag", Texts.Tag, "The tag that was pushed.") { Required = true, Examples = ["\"v1.4.9\""] };

    public static readonly Key At = new("at", Texts.Instant, "When the decision is made.")
    { Required = true, Examples = ["\"2026-12-30T11:00:00+09:00\""] };

    public static readonly Key Age = new("age", Spans.Any, "How long the image has been in the registry by then.") { Default = Defaults.Json(Defaults.TestAge) };

    public static readonly Key Status = new("status", Words.Statuses, "As Cloud Build spells it.") { Default = Defaults.Json(Defaults.BuildStatus) };

    public static readonly Key Trigger = new("trigger", Texts.Line, "Name of the build trigger. Left out, the build was started by hand.")
    { Examples = ["\"web-release\""] };

    public static readonly Key Branch = new("branch", Texts.Line, "Branch that was built.") { Examples = ["\"release/1\""] };

    public static readonly Key Repository = new("repository", Texts.SourceRepository, "Source repository.") { Examples = ["\"acme/app\""] };

    public static readonly Shape Build = new("build", "Build", "The build that made the image.", Status, Trigger, Branch, Repository);

    public static readonly Key HistoryStage = new("stage", Texts.Label, "Where.") { Required = true, Examples = ["\"staging\""] };

    public static readonly Key HistoryTag = new("tag", Texts.Tag, "What.") { Required = true, Examples = ["\"v1.4.9\""] };

    public static readonly Key HistoryAt = new("at", Texts.Instant, "Since when it served there.")
    { Required = true, Examples = ["\"2026-12-30T09:00:00+09:00\""] };

    public static readonly Shape Deployment = new("a deployment", "Deployment", "What was deployed before.", HistoryStage, HistoryTag, HistoryAt);

    /// <summary>The gates that ask elsewhere.</summary>
    public static readonly ImmutableArray<string> Asked = ["platform", "webhook", "signature", "vulnerabilities", "provenance"];

    /// <summary>Who can give a verdict: the gates, and the tag rules.</summary>
    public static readonly ImmutableArray<string> Speakers =
        ["freeze", "after", "minimumReleaseAge", "platform", .. GateModel.Shape.Names, "tags"];

    public static readonly Shape Answers = new("answers", "Answers", "What the gates that ask elsewhere would say.",
        [.. Asked.Select(gate => new Key(gate, Words.Findings.Form, $"What the gate {gate} would say. Left out, it passes."))]);

    public static readonly Key GivenBuild = new("build", new Form.Mapping(Build), "The build that made the image. Left out, none is known.");

    public static readonly Key History = new("history", new Form.List(new Form.Mapping(Deployment), "a deployment", MayBeEmpty: true),
        "What was deployed before, in any order.");

    public static readonly Key Approvals = new("approvals", new Form.List(Texts.Principal, "a person or group", MayBeEmpty: true),
        "Who has approved it.")
    { Examples = ["[\"user:ann@acme.example\"]"] };

    public static readonly Key Author = new("author", Texts.Address, "Who wrote its commit.") { Examples = ["\"bob@acme.example\""] };

    public static readonly Key GivenAnswers = new("answers", new Form.Mapping(Answers), "What the gates that ask elsewhere would say.");

    public static readonly Shape Given = new("given", "Situation", "An image is in the registry, and somebody looks.",
        Image, Tag, At, Age, GivenBuild, History, Approvals, Author, GivenAnswers);

    public static readonly Key Stage = new("stage", Texts.Label, "The stage that is asked. Left out, the first.") { Examples = ["\"production\""] };

    public static readonly Key Verdict = new("verdict", Words.Verdicts.Form, "What it says.") { Required = true };

    public static readonly Key By = new("by", Texts.By, "Who says so: a gate, 'tags', or the code of a reason. Left out, anybody.")
    { Examples = ["\"windows\"", "\"tag.outOfRange\""] };

    public static readonly Key Until = new("until", Texts.Instant, "The next instant at which it can change by itself. Left out, any.")
    { Examples = ["\"2027-01-04T00:00:00+09:00\""] };

    public static readonly Shape Expect = new("expect", "Expectation", "The answer.", Stage, Verdict, By, Until);

    public static readonly Key Name = new("name", Texts.Line, "A sentence, unique in the pipeline.")
    { Required = true, Examples = ["\"nothing ships at year end\""] };

    public static readonly Key GivenKey = new("given", new Form.Mapping(Given), "The situation.") { Required = true };

    public static readonly Key ExpectKey = new("expect", new Form.Mapping(Expect), "The answer that is expected.") { Required = true };

    public static readonly Shape Shape = new("a test", "Test", "What the author of a policy expects of it in one situation.", Name, GivenKey, ExpectKey);

    public static readonly Form.List List = new(new Form.Mapping(Shape), "a test", MayBeEmpty: true);

    public static readonly Key Pipeline = new("pipeline", Texts.Label, "The pipeline that is asked.") { Required = true, Examples = ["\"shop\""] };

    public static readonly Key Tests = new("tests", new Form.List(new Form.Mapping(Shape), "a test"), "The tests.") { Required = true };

    public static readonly Shape Spec = new("spec", "Policy tests", "Tests of one pipeline, in a file of their own.", Pipeline, Tests);

    /// <summary>In the canonical form each test names its pipeline.</summary>
    public static readonly Shape Canonical = new(Shape.What, Shape.Title, Shape.Description, Pipeline, Name, GivenKey, ExpectKey);
}
