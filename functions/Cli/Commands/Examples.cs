using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace CdAutomation.Cli.Commands;

/// <summary>Shows, below a command's help, how it is really called.</summary>
internal static class Examples
{
    private static readonly Dictionary<string, string[]> Of = new(StringComparer.Ordinal)
    {
        ["up"] =
        [
            "cdctl up --demo                          a whole story, told as it happens",
            "cdctl up --demo rollout                  stages, approval, canary, and a bad release that is taken back",
            "cdctl up --policies ../my-policies       your own policies, against Google Cloud on this machine",
            "cdctl up --json | head -1                the addresses, for a script",
        ],
        ["status"] = ["cdctl status", "cdctl status --json | jq .pipelines"],
        ["why"] = ["cdctl why shop", "cdctl why shop --image v1.2.3", "cdctl why shop --image sha256:4f1c --json"],
        ["events"] = ["cdctl events", "cdctl events --refused     what was not understood or concerned nobody"],
        ["deploy"] =
        [
            "cdctl deploy shop --image v1.2.3",
            "cdctl deploy shop --image asia-northeast1-docker.pkg.dev/acme/app/web@sha256:…",
            "cdctl deploy shop --image v1.2.3 --stage production --break-glass windows approvals --reason 'the shop is down'",
        ],
        ["approve"] = ["cdctl approve shop --stage production --image v1.2.3 --reason 'looked at the dashboards'"],
        ["reject"] = ["cdctl reject shop --stage production --image v1.2.3 --reason 'breaks the import'"],
        ["rollback"] = ["cdctl rollback shop --stage production --reason 'carts are empty'", "cdctl rollback shop --stage production --to v1.1.0"],
        ["hold"] = ["cdctl hold shop --stage production --for 2h --reason 'load test'"],
        ["resume"] = ["cdctl resume shop --stage production --reason 'mended in v1.2.4'"],
        ["pin"] = ["cdctl pin shop --stage production --image v1.2.3 --reason 'the auditors look at it'"],
        ["unpin"] = ["cdctl unpin shop --stage production"],
        ["freeze"] = ["cdctl freeze shop --for 3d --reason 'incident 42'"],
        ["unfreeze"] = ["cdctl unfreeze shop"],
        ["quarantine"] = ["cdctl quarantine shop --image sha256:4f1c --reason 'CVE-2026-1234'"],
        ["unquarantine"] = ["cdctl unquarantine shop --image v1.2.3"],
        ["policy"] = ["cdctl policy status", "cdctl policy publish infra/policies --to asia-northeast1-docker.pkg.dev/acme/policies/bundle --commit $COMMIT_SHA"],
        ["policy publish"] =
        [
            "cdctl policy publish infra/policies --to asia-northeast1-docker.pkg.dev/acme/policies/bundle --commit $COMMIT_SHA",
            "cdctl policy publish infra/policies --to asia-northeast1-docker.pkg.dev/acme/policies/bundle --commit $COMMIT_SHA --dry-run --json",
        ],
        ["policy status"] = ["cdctl policy status", "cdctl policy status --json | jq .refused"],
        ["deadletters"] = ["cdctl deadletters list", "cdctl deadletters replay --all", "cdctl deadletters drop 4711 --reason 'the image was never kept'"],
        ["deadletters list"] = ["cdctl deadletters list", "cdctl deadletters list --json | jq .letters", "cdctl deadletters list --project acme-cd     on Google Cloud"],
        ["deadletters replay"] = ["cdctl deadletters replay 4711", "cdctl deadletters replay --all     after what was wrong is right again"],
        ["deadletters drop"] = ["cdctl deadletters drop 4711 --reason 'a test of ours'"],
        ["init"] =
        [
            "cdctl init --project acme-cd --region asia-northeast1 --policies acme/policies",
            "cdctl init my-policies --look acme-stg/asia-northeast1 --look acme/asia-northeast1     proposes pipelines from what runs there",
            "cdctl init --project acme-cd --region asia-northeast1 --policies acme/policies --dry-run --json | jq .files",
        ],
        ["doctor"] =
        [
            "cdctl doctor                                        what 'cdctl up' runs here",
            "cdctl doctor --tfvars cdautomation.tfvars.json      what Terraform has made of what 'cdctl init' wrote",
            "cdctl doctor --json | jq '.checks[] | select(.state == \"broken\") | .mend'",
        ],
        ["check"] = ["cdctl check infra/policies", "cdctl check ../my-policies --json"],
        ["test"] = ["cdctl test infra/policies", "cdctl test ../my-policies --pipeline shop", "cdctl test ../my-policies --json | jq 'select(.passed | not)'"],
        ["explain"] = ["cdctl explain infra/policies", "cdctl explain ../my-policies --pipeline shop"],
        ["schema"] = ["cdctl schema > policy.schema.json     then: # yaml-language-server: $schema=policy.schema.json"],
        ["watchdog"] = ["cdctl watchdog --project acme-cd --region asia-northeast1 --tick cd-on-tick --ready cd-on-request cd-on-image-pushed --dry-run"],
        ["select"] =
        [
            "cdctl select --cases cases.jsonl",
            "echo '{\"spec\":{\"policy\":{\"semver\":{\"range\":\"1.x\"}}},\"tags\":[\"1.2.0\",\"2.0.0\"]}' | cdctl select --cases -",
        ],
    };

    public static void AddTo(RootCommand root)
    {
        if (root.Options.OfType<HelpOption>().FirstOrDefault() is { Action: HelpAction inner } help)
            help.Action = new WithExamples(inner);
    }

    private sealed class WithExamples(HelpAction inner) : SynchronousCommandLineAction
    {
        public override int Invoke(ParseResult parseResult)
        {
            var result = inner.Invoke(parseResult);
            if (Of.TryGetValue(NameOf(parseResult.CommandResult), out var examples))
            {
                var output = parseResult.InvocationConfiguration.Output;
                output.WriteLine("Examples:");
                foreach (var example in examples)
                    output.WriteLine($"  {example}");
                output.WriteLine();
            }

            return result;
        }

        /// <summary>The command's words without the program's: <c>status</c>, <c>policy status</c>.</summary>
        private static string NameOf(CommandResult result) => result.Parent is CommandResult { Parent: CommandResult } parent
            ? $"{NameOf(parent)} {result.Command.Name}"
            : result.Command.Name;
    }
}
