namespace CdAutomation.PolicyFiles.Tests;

public sealed class MistakeTests
{
    private const string Target = "{ service: web, image: web, project: acme, region: asia-northeast1, container: app }";
    private const string Images = "web: { repository: asia-northeast1-docker.pkg.dev/acme/app/web }";
    private const string Rule = "{ semver: { range: '>=1.0.0 <2.0.0' } }";

    /// <summary>A part of the good policy, what stands there instead, and the one problem expected.</summary>
    private static IEnumerable<TestCaseData> One()
    {
        // Keys
        yield return Case("mode: enforce", "polcy: x", "5:3: error: policy.unknownKey: spec has no key 'polcy'; did you mean 'policy'?");
        yield return Case("metadata: { name: shop }", "metadata: { name: shop, labels: {} }",
            "3:25: error: policy.unknownKey: metadata has no key 'labels'; possible is name");
        yield return Case("mode: enforce", "mode: enforce\n  mode: enforce",
            "6:3: error: policy.duplicateKey: the key 'mode' stands here again, after line 5");
        yield return Case("mode: enforce", "? [a, b]\n  : c", "5:5: error: policy.type: a key is a list, where keys are texts");
        yield return Case("  mode: enforce", "  <<: {}", "5:3: error: policy.unknownKey");
        yield return Case("kind: Pipeline\n", "", "1:1: error: policy.missingKey: a document needs 'kind'");
        yield return Case("container: app", "contaienr: app",
            "15:79: error: policy.unknownKey: a target has no key 'contaienr'; did you mean 'container'?");

        // Head
        yield return Case("cdautomation/v1", "cdautomation/v2",
            "1:13: error: policy.value: 'apiVersion' is 'cdautomation/v2', where this version reads cdautomation/v1");
        yield return Case("kind: Pipeline", "kind: pipeline", "2:7: error: policy.value: 'kind' is 'pipeline'; did you mean 'Pipeline'?");
        yield return Case("name: shop", "name: Shop", "3:19: error: policy.value: 'name' is 'Shop', where it is to be lower-case letters");
        yield return Case("name: shop", "name: 7",
            "3:19: error: policy.type: 'name' is a number, where a text is needed; write '7' with quotes");
        yield return Case("name: shop", "name: true", "3:19: error: policy.type: 'name' is true or false");
        yield return Case("name: shop", "name: ''", "3:19: error: policy.value: 'name' is empty");
        yield return Case("name: shop", "name: ", "3:20: error: policy.type: 'name' has no value");
        yield return Case("metadata: { name: shop }", "metadata: shop",
            "3:11: error: policy.type: metadata is a text, where a mapping with name is needed");
        yield return Case("mode: enforce", "mode: enfroce", "5:9: error: policy.value: 'mode' is 'enfroce'; did you mean 'enforce'?");

        // Images
        yield return Case(Images, "web: { repository: asia-northeast1-docker.pkg.dev/acme/app/web:v1 }",
            "7:24: error: policy.value: 'repository' is 'asia-northeast1-docker.pkg.dev/acme/app/web:v1', which names a tag or a digest");
        yield return Case(Images, "web: { repository: acme/app/web }",
            "7:24: error: policy.value: 'repository' is 'acme/app/web', where it is to be a host");
        yield return Case(Images, "web: {}", "7:10: error: policy.missingKey: an image needs 'repository'");
        yield return Case("images:\n    " + Images, "images: [ web ]",
            "6:11: error: policy.type: 'images' is a list, where a mapping is needed");

        // Tags
        yield return Case(@"['^v\d']", @"'^v\d'", "8:14: error: policy.type: 'allowTags' is a text, where a list of texts is needed");
        yield return Case("['-debug$']", "[ok, '(', 5]", "9:20: error: policy.pattern", "9:25: error: policy.type");
        yield return Case("['-debug$']", "['(?!x)']",
            "9:16: error: policy.pattern: '(?!x)' is no usable regular expression: it looks ahead or behind");
        yield return Case("extract: '$version'", "extract: '$verison'",
            "10:68: warning: policy.extract: the pattern has no group 'verison'");
        yield return Case("pattern: '^v(?P<version>\\d+\\.\\d+\\.\\d+)$', ", "",
            "10:15: error: policy.missingKey: filterTags needs 'pattern'");

        // Rule
        yield return Case(Rule, "{ semver: { range: '1.0.0 <' } }", "11:30: error: policy.range: '1.0.0 <' is no range of versions");
        yield return Case(Rule, "{ semver: { range: 1.0 } }",
            "11:30: error: policy.type: 'range' is a number, where a text is needed; write '1.0' with quotes");
        yield return Case(Rule, "{ semver: {} }", "11:21: error: policy.missingKey: semver needs 'range' or 'level'");
        yield return Case(Rule, "{ semver: { range: '1', level: minor } }",
            "11:35: error: policy.conflict: semver has both 'range' and 'level'");
        yield return Case(Rule, "{ semver: { level: mino } }", "11:30: error: policy.value: 'level' is 'mino'; did you mean 'minor'?");
        yield return Case(Rule, "{ semver: { range: '1', matchPreRelease: true } }",
            "11:35: error: policy.conflict: 'matchPreRelease' goes with 'level'");
        yield return Case(Rule, "{ semver: { level: all, matchPreRelease: 'no' } }",
            "11:52: error: policy.type: 'matchPreRelease' is a text");
        yield return Case(Rule, "{ newest: {}, digest: { tag: latest } }", "11:25: error: policy.conflict: policy has newest and digest");
        yield return Case(Rule, "{}", "11:11: error: policy.conflict: policy needs one of semver, numerical, alphabetical, newest, digest");
        yield return Case(Rule, "{ numerical: { order: up } }", "11:33: error: policy.value: 'order' is 'up'; possible is asc, desc");
        yield return Case(Rule, "{ newest: }", "11:21: error: policy.type: newest is nothing, where {} is needed");
        yield return Case(Rule, "{ digest: { tag: 'a b' } }", "11:28: error: policy.tag");
        yield return Case($"  policy: {Rule}\n", "", "5:3: error: policy.missingKey: spec needs 'policy'");

        // Stages, targets, gates
        yield return Case($"- {Target}", Target, "15:9: error: policy.type: 'targets' is a mapping, where a list is needed");
        yield return Case($"targets:\n        - {Target}", "targets: []", "14:16: error: policy.value: 'targets' is an empty list");
        yield return Case("service: web", "service: WEB", "15:22: error: policy.value: 'service' is 'WEB'");
        yield return Case("project: acme", "project: acme/../x", "15:48: error: policy.value: 'project' is 'acme/../x'");
        yield return Case("region: asia-northeast1", "region: asia-northeast1-a",
            "15:62: error: policy.value: 'region' is 'asia-northeast1-a'");
        yield return Case("image: web", "image: webb",
            "15:34: error: policy.value: 'image' is 'webb', which is none of the pipeline's images; did you mean 'web'?");
        yield return Case("status: SUCCESS", "status: WORKING",
            "17:26: error: policy.value: 'status' is 'WORKING'; possible is SUCCESS, FAILURE");
        yield return Case("status: SUCCESS", "status: success",
            "17:26: error: policy.value: 'status' is 'success'; did you mean 'SUCCESS'?");
        yield return Case("[web-release]", "web-release",
            "17:45: error: policy.type: 'triggers' is a text, where a list of texts is needed");
        yield return Case("[web-release]", "[]", "17:45: error: policy.value: 'triggers' is an empty list");
        yield return Case("repository: acme/app ", "repository: app ",
            "17:93: error: policy.value: 'repository' is 'app', where it is to be owner/name");

        static TestCaseData Case(string part, string replacement, params string[] problems) =>
            new TestCaseData(part, replacement, problems).SetArgDisplayNames(replacement);
    }

    [TestCaseSource(nameof(One))]
    public void A_mistake_is_told_at_its_place(string part, string replacement, string[] problems)
    {
        var reading = Policies.ReadChanged(part, replacement);
        var told = reading.Problems.Select(problem => problem.ToString()).ToArray();
        Assert.That(told, Has.Length.EqualTo(problems.Length), string.Join('\n', told));
        for (var i = 0; i < told.Length; i++)
            Assert.That(told[i], Does.StartWith("p.yaml:" + problems[i]));
        Assert.That(reading.Valid, Is.EqualTo(problems.All(problem => problem.Contains("warning", StringComparison.Ordinal))));
        Assert.That(reading.Pipelines, Has.Count.EqualTo(reading.Valid ? 1 : 0));
    }
}
