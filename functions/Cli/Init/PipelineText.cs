using System.Text;
using System.Text.RegularExpressions;

namespace CdAutomation.Cli.Init;

/// <summary>Writes a proposal as a team would write it: with its reasons, and with tests.</summary>
internal static partial class PipelineText
{
    /// <summary>Any instant will do: nothing in what is proposed goes by the clock.</summary>
    private const string Noon = "'2026-01-05T12:00:00Z'";

    private const string Shadow = "  # Decides and records, and changes nothing; take the line away when it decides as you would.\n  mode: shadow\n\n";

    /// <param name="proposal">What.</param>
    /// <param name="shadow">Whether it only records what it would do.</param>
    public static string Of(Proposal proposal, bool shadow)
    {
        var rule = proposal.IsSample ? Versions(proposal.Tag, "Only tags such as v1.2.3 are looked at.") : RuleOf(proposal.Tag);
        var origin = proposal.IsSample ? "A sample of `cdctl init`, for the service that infra/examples/single-project makes." : "Proposed by `cdctl init` from what runs.";
        var stages = StagesOf(proposal);
        var text = new StringBuilder();
        text.Append(
            $"""
            # yaml-language-server: $schema=policy.schema.json
            # {origin} Change what is not meant so; `cdctl test` says whether it still holds.
            apiVersion: cdautomation/v1
            kind: Pipeline
            metadata:
              name: {proposal.Name}

            spec:
            {(shadow ? Shadow : "")}  # Repositories, never tags. The name is what a target calls it further down.
              images:
                {proposal.Name}:
                  repository: {proposal.Repository}

            {rule.Text}
              # Where it goes. Nothing moves backwards by itself.
              stages:

            """);
        foreach (var (index, stage) in stages.Index())
            AppendStage(text, stage, index == 0 ? null : stages[index - 1].Name, proposal.Name);
        AppendTests(text, rule, stages);
        return text.ToString();
    }

    private static void AppendStage(StringBuilder text, Stage stage, string? after, string image)
    {
        text.Append($"    - name: {stage.Name}\n");
        if (after is not null)
            text.Append($"      # What has served {after} for half an hour goes on by itself.\n      after:\n        stage: {after}\n        soakTime: 30m\n");
        text.Append("      targets:\n");
        foreach (var target in stage.Targets)
        {
            text.Append($"        - {target.Kind}: {target.Name}\n          image: {image}\n          project: '{target.At.Project}'\n          region: {target.At.Region}\n");
            if (target.Container is { } container)
                text.Append($"          container: {container}\n");
        }

        text.Append('\n');
    }

    private static void AppendTests(StringBuilder text, Rule rule, Stage[] stages)
    {
        text.Append("  # What these rules must go on doing, whoever changes them.\n  tests:\n");
        Test(text, $"what is wanted goes to {stages[0].Name} at once", $"tag: '{rule.Wanted}', at: {Noon}", $"stage: {stages[0].Name}, verdict: pass");
        if (stages.Length > 1)
            Test(text, $"{stages[1].Name} waits for {stages[0].Name}", $"tag: '{rule.Wanted}', at: {Noon}", $"stage: {stages[1].Name}, verdict: hold, by: after");
        if (rule.Unwanted is { } unwanted)
            Test(text, "what the rule does not name is left alone", $"tag: '{unwanted}', at: {Noon}", "verdict: ignored, by: tags");
        if (rule.Older is { } older)
            Test(
                text, "nothing goes backwards",
                $"tag: '{older}', at: {Noon}, history: [ {{ stage: {stages[0].Name}, tag: '{rule.Wanted}', at: '2026-01-04T12:00:00Z' }} ]",
                "verdict: ignored, by: candidate.older");
    }

    private static void Test(StringBuilder text, string name, string given, string expect) =>
        text.Append($"    - name: {name}\n      given:  {{ {given} }}\n      expect: {{ {expect} }}\n");

    private static Stage[] StagesOf(Proposal proposal)
    {
        var stages = proposal.Stages.ToArray();
        return stages.Length == 1
            ? [new("production", [.. stages[0]])]
            : [.. stages.Select(stage => new Stage(string.Concat(stage.Key.Select(it => char.IsAsciiLetterOrDigit(it) ? it : '-')), [.. stage]))];
    }

    /// <summary>The rule by which the tag that runs would have been chosen.</summary>
    private static Rule RuleOf(string? tag)
    {
        if (tag is null || Version().Match(tag) is { Success: true })
            return Versions(tag, tag is null
                ? "No tag is known of what runs: this takes tags such as v1.2.3, and any version. Another rule: infra/policies/tags.md."
                : $"What runs is called {tag}: only such tags are looked at.");
        return tag.Any(char.IsAsciiDigit)
            ? new($"  # What runs is called {tag}, which has no order: whatever was pushed last is taken.\n  policy:\n    newest: {{}}\n", tag, null, null)
            : new($"  # What runs is called {tag}, a tag that moves: whatever it names is taken.\n  policy:\n    digest:\n      tag: '{tag}'\n",
                tag, tag == "main" ? "latest" : "main", null);
    }

    private static Rule Versions(string? tag, string why)
    {
        var major = tag is null ? 0 : int.Parse(Version().Match(tag).Groups["major"].Value, System.Globalization.CultureInfo.InvariantCulture);
        var prefix = tag is null || tag.StartsWith('v') ? "v" : "";
        var range = tag is null ? ">=0.0.0" : $">={major}.0.0 <{major + 1}.0.0";
        var limit = tag is null ? "" : $"\n  # Of those, the highest of major {major}. Another one waits until somebody changes this line.";
        return new(
            $$"""
              # {{why}}
              filterTags:
                pattern: '^{{prefix}}(?P<version>\d+\.\d+\.\d+)$'
                extract: '$version'
            {{limit}}
              policy:
                semver:
                  range: '{{range}}'

            """,
            $"{prefix}{major}.999.1", tag is null ? "nightly" : $"{prefix}{major + 1}.0.0", $"{prefix}{major}.999.0");
    }

    private sealed record Stage(string Name, RunningImage[] Targets);

    /// <param name="Text">Lines of YAML.</param>
    /// <param name="Wanted">A tag that it takes.</param>
    /// <param name="Unwanted">One that it does not; null where it takes any.</param>
    /// <param name="Older">One that it takes, and that is older than the first; null where nothing is.</param>
    private sealed record Rule(string Text, string Wanted, string? Unwanted, string? Older);

    // Six digits: more are a date or a number of something.
    [GeneratedRegex(@"^v?(?<major>\d{1,6})\.\d{1,6}\.\d{1,6}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Version();
}
