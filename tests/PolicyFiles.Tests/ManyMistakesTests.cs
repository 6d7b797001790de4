namespace CdAutomation.PolicyFiles.Tests;

public sealed class ManyMistakesTests
{
    [Test]
    public void A_file_with_many_mistakes_tells_all_of_them_at_their_places()
    {
        const string Text =
            """
            apiVersion: cdautomation/v1beta
            kind: Pipeline
            metdata: { name: x }
            metadata: { name: My_Shop, owner: me }
            spec:
              mode: shadow
              images:
                web: { repository: gcr.io/acme/web:latest, tag: v1 }
                batch: { repository: localhost:5000/batch }
              allowTags: ['^v', '[', 7]
              ignoreTags: '-debug$'
              filterTags: { patern: '(\d+)', extract: 5 }
              policy:
                semver: { range: '>=1.0.0 <', level: biggest, matchPreRelease: maybe }
                numerical: { order: ascending }
              minimumReleaseAge: 10m
              allowTags: []
              stages:
                - name: Staging
                  after: { stage: dev }
                  targets:
                    - { service: web_service, image: wep, project: acme, regoin: asia-northeast1 }
                    - { job: nightly, image: batch, project: acme, region: asia-northeast1 }
                  gates:
                    build: { status: DONE, triggers: [], branch: 1.0, repository: acme }
                    windows: []
                    freeze: {}
                  strategy:
                    canary: { steps: [] }
                    canarry: {}
                - production
            """;
        string[] expected =
        [
            "1:13: error: policy.value: 'apiVersion' is 'cdautomation/v1beta'",
            "3:1: error: policy.unknownKey: a document has no key 'metdata'; did you mean 'metadata'?",
            "4:19: error: policy.value: 'name' is 'My_Shop'",
            "4:28: error: policy.unknownKey: metadata has no key 'owner'",
            "8:24: error: policy.value: 'repository' is 'gcr.io/acme/web:latest', which names a tag or a digest; write 'gcr.io/acme/web'",
            "8:48: error: policy.unknownKey: an image has no key 'tag'",
            "9:5: error: policy.missingKey: spec needs 'match' where there are several images",
            "10:21: error: policy.pattern: '[' is no usable regular expression: a '[' is not closed",
            "10:26: error: policy.type: 'an item of allowTags' is a number",
            "11:15: error: policy.type: 'ignoreTags' is a text, where a list of texts is needed",
            "12:15: error: policy.missingKey: filterTags needs 'pattern'",
            "12:17: error: policy.unknownKey: filterTags has no key 'patern'; did you mean 'pattern'?",
            "12:43: error: policy.type: 'extract' is a number",
            "14:22: error: policy.range: '>=1.0.0 <' is no range of versions",
            "14:35: error: policy.conflict: semver has both 'range' and 'level'",
            "14:42: error: policy.value: 'level' is 'biggest'; possible is all, major, minor, patch",
            "14:68: error: policy.type: 'matchPreRelease' is a text, where true or false is needed",
            "15:5: error: policy.conflict: policy has semver and numerical",
            "15:25: error: policy.value: 'order' is 'ascending'; possible is asc, desc",
            "17:3: error: policy.duplicateKey: the key 'allowTags' stands here again, after line 10",
            "19:13: error: policy.value: 'name' is 'Staging'",
            "22:11: error: policy.missingKey: a target needs 'region'",
            "22:22: error: policy.value: 'service' is 'web_service'",
            "22:42: error: policy.value: 'image' is 'wep', which is none of the pipeline's images; did you mean 'web'?",
            "22:62: error: policy.unknownKey: a target has no key 'regoin'; did you mean 'region'?",
            "25:26: error: policy.value: 'status' is 'DONE'",
            "25:42: error: policy.value: 'triggers' is an empty list",
            "25:54: error: policy.type: 'branch' is a number, where a text is needed; write '1.0' with quotes",
            "25:71: error: policy.value: 'repository' is 'acme'",
            "26:18: error: policy.value: 'windows' is an empty list, where a window is needed",
            "27:9: error: policy.unknownKey: gates has no key 'freeze'",
            "29:26: error: policy.value: 'steps' is an empty list, where a step is needed",
            "30:9: error: policy.unknownKey: strategy has no key 'canarry'; did you mean 'canary'?",
            "31:7: error: policy.type: a stage is a text",
        ];

        var told = Policies.Read(Text).Problems.Select(problem => problem.ToString()).ToArray();

        using (Assert.EnterMultipleScope())
        {
            foreach (var (actual, wanted) in told.Zip(expected))
                Assert.That(actual, Does.StartWith("p.yaml:" + wanted));
            Assert.That(told, Has.Length.EqualTo(expected.Length), string.Join('\n', told));
        }
    }

    [Test]
    public void Two_pipelines_share_neither_a_name_nor_a_target()
    {
        var other = Policies.Good.Replace("name: shop", "name: other", StringComparison.Ordinal);
        var third = Policies.Good.Replace("service: web", "service: third", StringComparison.Ordinal);
        var reading = PolicyReader.Read([new("a.yaml", Policies.Good), new("b.yaml", other), new("c.yaml", third)]);

        Assert.That(reading.Problems.Select(problem => problem.ToString()), Is.EqualTo(new[]
        {
            "b.yaml:15:11: error: policy.duplicateTarget: the target projects/acme/locations/asia-northeast1/services/web is taken by "
                + "pipeline 'shop' in a.yaml:15 already; two pipelines would undo each other",
            "c.yaml:3:19: error: policy.duplicateName: a pipeline 'shop' stands in a.yaml:3 already",
        }));
        Assert.That(reading.Valid, Is.False);
        Assert.That(reading.Pipelines.Keys, Is.EqualTo(new[] { "shop" }));
    }

    [Test]
    public void A_good_file_beside_a_bad_one_is_read_and_the_whole_is_not_valid()
    {
        var reading = PolicyReader.Read([new("bad.yaml", "a: [1\nb: 2"), new("good.yaml", Policies.Good)]);
        Assert.That(reading.Pipelines.Keys, Is.EqualTo(new[] { "shop" }));
        Assert.That(reading.Problems.Single().File, Is.EqualTo("bad.yaml"));
        Assert.That(reading.Valid, Is.False);
    }
}
