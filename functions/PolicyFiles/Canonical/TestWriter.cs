using System.Text.Json;
using CdAutomation.Domain.Policies;
using CdAutomation.PolicyFiles.Language.Model;

namespace CdAutomation.PolicyFiles.Canonical;

/// <summary>Writes policies' tests as their canonical form.</summary>
internal static class TestWriter
{
    /// <summary>A test with its pipeline.</summary>
    public static void Write(Utf8JsonWriter json, PolicyTest test)
    {
        json.Text(TestModel.Pipeline, test.Pipeline);
        json.Text(TestModel.Name, test.Name);
        json.Mapping(TestModel.GivenKey.Name, () => Write(json, test.Given));
        json.Mapping(TestModel.ExpectKey.Name, () => Write(json, test.Expect));
    }

    private static void Write(Utf8JsonWriter json, PolicyTestGiven given)
    {
        json.Text(TestModel.Image, given.Image);
        json.Text(TestModel.Tag, given.Tag);
        json.Instant(TestModel.At, given.At);
        json.Span(TestModel.Age, given.Age, Defaults.TestAge);
        if (given.Build is { } build)
            json.Mapping(TestModel.GivenBuild.Name, () => Write(json, build));
        if (given.History is not [])
            json.List(TestModel.History.Name, given.History, deployment => json.Mapping(() =>
            {
                json.Text(TestModel.HistoryStage, deployment.Stage);
                json.Text(TestModel.HistoryTag, deployment.Tag);
                json.Instant(TestModel.HistoryAt, deployment.At);
            }));
        json.Texts(TestModel.Approvals, given.Approvals);
        json.Text(TestModel.Author, given.Author);
        if (!given.Answers.IsEmpty)
            json.Mapping(TestModel.GivenAnswers.Name, () =>
            {
                foreach (var key in TestModel.Answers.Keys.Where(key => given.Answers.ContainsKey(key.Name)))
                    json.Word(key, Words.Findings, given.Answers[key.Name]);
            });
    }

    private static void Write(Utf8JsonWriter json, PolicyTestBuild build)
    {
        json.Text(TestModel.Status, build.Status == Defaults.BuildStatus ? null : build.Status);
        json.Text(TestModel.Trigger, build.Trigger);
        json.Text(TestModel.Branch, build.Branch);
        json.Text(TestModel.Repository, build.Repository);
    }

    private static void Write(Utf8JsonWriter json, PolicyTestExpectation expect)
    {
        json.Text(TestModel.Stage, expect.Stage);
        json.Word(TestModel.Verdict, Words.Verdicts, expect.Verdict);
        json.Text(TestModel.By, expect.By);
        if (expect.Until is { } until)
            json.Instant(TestModel.Until, until);
    }
}
