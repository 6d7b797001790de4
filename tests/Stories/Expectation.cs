using System.Collections.Immutable;
using System.Globalization;
using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Rollouts;
using YamlDotNet.RepresentationModel;

namespace CdAutomation.Stories;

/// <summary>What a story expects at one point.</summary>
internal sealed class Expectation(Stage stage)
{
    public void Check(YamlMappingNode about, ImmutableArray<DecisionRecord> told)
    {
        foreach (var (key, value) in about.Children.Select(each => (each.Key.ToString(), each.Value)))
        {
            var where = $"line {value.Start.Line}, {key}";
            switch (key)
            {
                case "serves": Serves(value, where); break;
                // Announcements go without saying, unless a story is about them.
                case "owes": Assert.That(Owed(effect => effect is not Effect.Announce), Is.EqualTo(List(value)), where); break;
                case "announces": Assert.That(Owed(effect => effect is Effect.Announce), Is.EqualTo(List(value)), where); break;
                case "told": Told(told, Is.SupersetOf(List(value)), where); break;
                case "told only": Told(told, Is.EquivalentTo(List(value)), where); break;
                case "says": Says(told, List(value), where); break;
                case "next": Assert.That(stage.State.WakeAt?.ToString("HH:mm:ss", CultureInfo.InvariantCulture), Is.EqualTo(value.ToString()), where); break;
                case "status": Status(value, where); break;
                case "held": Assert.That(stage.Policy.Stages.Where(each => stage.Of(each.Name).Hold is not null).Select(each => each.Name), Is.EqualTo(List(value)), where); break;
                default: throw new InvalidDataException($"{where}: nobody can expect that");
            }
        }
    }

    private static void Told(ImmutableArray<DecisionRecord> told, NUnit.Framework.Constraints.Constraint codes, string where) =>
        Assert.That(told.Select(record => record.Reason.Code).Distinct(), codes, $"{where}: {string.Join(" | ", told.Select(record => record.Reason))}");

    private void Serves(YamlNode value, string where)
    {
        foreach (var policy in stage.Policy.Stages)
        {
            var expected = value is YamlMappingNode each ? each.Children.TryGetValue(policy.Name, out var own) ? own.ToString() : null : value.ToString();
            if (expected is not null)
                Assert.That(stage.Of(policy.Name).Serving?.Image?.Tag ?? "nothing", Is.EqualTo(expected),
                    $"{where} of {policy.Name}; the journal ends {string.Join(" | ", stage.Journal.TakeLast(4).Select(record => record.Reason))}");
        }
    }

    private static void Says(ImmutableArray<DecisionRecord> told, string[] parts, string where)
    {
        foreach (var part in parts)
            Assert.That(told.Select(record => record.Reason.Sentence), Has.Some.Contains(part), where);
    }

    private void Status(YamlNode value, string where)
    {
        foreach (var (name, expected) in ((YamlMappingNode)value).Children)
        {
            var policy = stage.Policy.Stages.First(each => each.Name == name.ToString());
            var status = stage.Of(policy.Name).Rollout is { } rollout ? Progress.Of(policy, rollout) : "nothing is on its way";
            Assert.That(status, Does.Contain(expected.ToString()), where);
        }
    }

    private string[] Owed(Func<Effect, bool> those) => [.. stage.Owed.Where(owed => those(owed.Effect)).Select(owed => owed.Text)];

    private static string[] List(YamlNode value) => value is YamlSequenceNode all ? [.. all.Select(each => each.ToString())] : [value.ToString()];
}
