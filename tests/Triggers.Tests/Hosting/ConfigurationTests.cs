using CdAutomation.Domain.Decisions;
using Microsoft.Extensions.Configuration;

namespace CdAutomation.Triggers.Tests.Hosting;

/// <summary>What the environment says, or everything that is wrong with it.</summary>
public sealed class ConfigurationTests
{
    private const string PublicKey = "-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----";

    [Test]
    public void A_store_is_enough()
    {
        var options = Read(("STORE", "/data/cd.db"));
        Assert.That(options.Store, Is.EqualTo("/data/cd.db"));
        Assert.That((options.Topics.Images, options.Topics.Builds, options.Topics.Ticks), Is.EqualTo(("gcr", "cloud-builds", "cd-ticks")));
        Assert.That(options.Patience, Is.EqualTo(Patience.Default));
        Assert.That(new object?[] { options.LocalAccess, options.GoogleCloud.Callers, options.GoogleCloud.PubSub.Topic }, Has.All.Null);
        Assert.That(options.GoogleCloud.CloudRun.Endpoint, Is.Null);
        Assert.That(options.GoogleCloud.Registry.Endpoint("a.b"), Is.Null);
        Assert.That(options.GoogleCloud.Monitoring.Delay, Is.EqualTo(TimeSpan.FromMinutes(3)), "as late as Cloud Run's metrics are");
    }

    [Test]
    public void Every_key_has_its_effect()
    {
        var options = Read(
            ("STORE", "cd.db"), ("RUN_ENDPOINT", "http://127.0.0.1:1"),
            ("REGISTRY_ENDPOINT", "http://127.0.0.1:2"), ("PUBSUB_ENDPOINT", "http://127.0.0.1:3"),
            ("DEPLOYMENTS_TOPIC", "projects/p/topics/deployments"), ("AUDIENCE", "https://a, https://b"),
            ("ACTORS", "ann@acme.example,Bob@acme.example"),
            ("POLICY_REPOSITORY", "asia-northeast1-docker.pkg.dev/acme/policies/bundle"), ("POLICY_SOURCE", "https://git.acme.example/policies"),
            ("POLICY_KEY", PublicKey),
            ("ANALYSIS_ENDPOINT", "http://127.0.0.1:4"), ("WEBHOOK_IDENTITY", "true"),
            ("IMAGES_TOPIC", "images"), ("BUILDS_TOPIC", "builds"), ("TICKS_TOPIC", "ticks"), ("AUTHOR_SUBSTITUTION", "_PUSHER"),
            ("PATIENCE_PAYMENT", "500ms"), ("PATIENCE_RETRY", "2s"), ("PATIENCE_LAG", "3m"),
            ("PATIENCE_SURVEY", "4h"), ("PATIENCE_BUILD", "24h"), ("PATIENCE_MEASURE", "10s"),
            ("MONITORING_ENDPOINT", "http://127.0.0.1:5"), ("MONITORING_DELAY", "90s"));
        Assert.That(options.GoogleCloud.CloudRun.Endpoint, Is.EqualTo(new Uri("http://127.0.0.1:1")));
        Assert.That(options.GoogleCloud.Registry.Endpoint("any.host"), Is.EqualTo(new Uri("http://127.0.0.1:2")));
        Assert.That(options.GoogleCloud.PubSub.Endpoint, Is.EqualTo(new Uri("http://127.0.0.1:3")));
        Assert.That(options.GoogleCloud.Analysis.Endpoint, Is.EqualTo(new Uri("http://127.0.0.1:4")));
        Assert.That(options.GoogleCloud.Webhooks.SendIdentity, Is.True);
        Assert.That(options.GoogleCloud.PubSub.Topic, Is.EqualTo("projects/p/topics/deployments"));
        Assert.That(options.GoogleCloud.Callers!.Audiences, Is.EqualTo(new[] { "https://a", "https://b" }));
        Assert.That(options.Origin.Repository?.ToString(), Is.EqualTo("asia-northeast1-docker.pkg.dev/acme/policies/bundle"));
        Assert.That((options.Origin.Source, options.Origin.Key), Is.EqualTo(("https://git.acme.example/policies", PublicKey)));
        Assert.That(options.Actors.SetEquals(["ann@acme.example", "bob@acme.example"]), Is.True, "whatever their case");
        Assert.That((options.Topics.Images, options.Topics.Builds, options.Topics.Ticks), Is.EqualTo(("images", "builds", "ticks")));
        Assert.That(options.Author?.Name, Is.EqualTo("_PUSHER"));
        Assert.That(options.Patience, Is.EqualTo(new Patience(
            TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(2), TimeSpan.FromMinutes(3),
            TimeSpan.FromHours(4), TimeSpan.FromHours(24))
        {
            Measure = TimeSpan.FromSeconds(10),
        }));
        Assert.That(
            (options.GoogleCloud.Monitoring.Endpoint, options.GoogleCloud.Monitoring.Delay),
            Is.EqualTo((new Uri("http://127.0.0.1:5"), TimeSpan.FromSeconds(90))));
    }

    [TestCase("COMMIT_SHA")]
    [TestCase("_pusher")]
    [TestCase("$_PUSHER")]
    public void Only_a_substitution_of_ones_own_can_tell_the_author(string name) => Assert.That(
        Problems(("STORE", "cd.db"), ("AUTHOR_SUBSTITUTION", name)),
        Is.EqualTo(new[] { $"CDAUTOMATION_AUTHOR_SUBSTITUTION is '{name}', which is no substitution of one's own; _PUSHER is one" }));

    [TestCase("acme/policies", null, "CDAUTOMATION_POLICY_REPOSITORY is 'acme/policies', which is no repository; HOST/PATH without a tag is")]
    [TestCase("a.example/policies:current", null, "CDAUTOMATION_POLICY_REPOSITORY is 'a.example/policies:current', which is no repository; HOST/PATH without a tag is")]
    [TestCase(null, PublicKey, "CDAUTOMATION_POLICY_REPOSITORY is not set, without which CDAUTOMATION_POLICY_SOURCE and CDAUTOMATION_POLICY_KEY mean nothing")]
    [TestCase("a.example/policies", "-----BEGIN EC PRIVATE KEY-----\nAA==\n-----END EC PRIVATE KEY-----",
        "CDAUTOMATION_POLICY_KEY is no public key; the text of a PEM file that begins with -----BEGIN PUBLIC KEY----- is")]
    [TestCase("a.example/policies", "keys/policy.pub",
        "CDAUTOMATION_POLICY_KEY is no public key; the text of a PEM file that begins with -----BEGIN PUBLIC KEY----- is")]
    public void Half_of_what_policies_must_come_from_is_none(string? repository, string? key, string problem) => Assert.That(
        Problems([("STORE", "cd.db"), .. repository is null ? [] : new[] { ("POLICY_REPOSITORY", repository) }, .. key is null ? [] : new[] { ("POLICY_KEY", key) }]),
        Is.EqualTo(new[] { problem }));

    [Test]
    public void The_local_token_is_never_printed()
    {
        var options = Read(("STORE", "cd.db"), ("LOCAL_TOKEN", "a-secret-of-sixteen"), ("LOCAL_ACTOR", "ann"));
        Assert.That((options.LocalAccess!.Token, options.LocalAccess.Actor), Is.EqualTo(("a-secret-of-sixteen", "ann")));
        Assert.That(options.ToString(), Does.Not.Contain("a-secret").And.Contain("ann:***"));
    }

    [Test]
    public void Datadog_is_told_where_there_is_a_key_of_it_and_the_key_is_never_printed()
    {
        Assert.That(Read(("STORE", "cd.db")).Datadog, Is.Null);
        Assert.That(Read(("STORE", "cd.db"), ("DATADOG_API_KEY", "hunter2hunter2")).Datadog!.Endpoint, Is.EqualTo(new Uri("https://api.datadoghq.com")));

        var options = Read(("STORE", "cd.db"), ("DATADOG_SITE", "datadoghq.eu"), ("DATADOG_API_KEY", "hunter2hunter2"));
        Assert.That((options.Datadog!.Site, options.Datadog.ApiKey), Is.EqualTo(("datadoghq.eu", "hunter2hunter2")));
        Assert.That(options.ToString(), Does.Not.Contain("hunter2").And.Contain("Datadog at datadoghq.eu"));
    }

    [TestCase("datadoghq.eu", null, "CDAUTOMATION_DATADOG_API_KEY is not set, without which CDAUTOMATION_DATADOG_SITE means nothing")]
    [TestCase("app.example", "hunter2", "CDAUTOMATION_DATADOG_SITE is 'app.example', which is no site of Datadog's; datadoghq.com and us5.datadoghq.com are")]
    [TestCase(null, "hunter2 hunter2", "CDAUTOMATION_DATADOG_API_KEY is no API key: it is too long, or has a sign that none has")]
    public void What_cannot_be_told_to_datadog_is_said(string? site, string? key, string problem) => Assert.That(
        Problems([("STORE", "cd.db"), .. site is null ? [] : new[] { ("DATADOG_SITE", site) }, .. key is null ? [] : new[] { ("DATADOG_API_KEY", key) }]),
        Is.EqualTo(new[] { problem }));

    [Test]
    public void All_that_is_wrong_is_told_at_once_and_no_secret_with_it()
    {
        var problems = Problems(
            ("RUN_ENDPOINT", "127.0.0.1:8080"), ("PUBSUB_ENDPOINT", "ftp://x"), ("REGISTRY_ENDPOINT", "http://user:hunter2@x"),
            ("LOCAL_TOKEN", "hunter2"),
            ("AUDIENCE", "https://a"), ("IMAGES_TOPIC", "projects/p/topics/gcr"), ("PATIENCE_LAG", "-5s"),
            ("PATIENCE_RETRY", "0s"), ("PATIENCE_BUILD", "25h"),
            ("PATIENCE_SURVEY", "5"), ("DEPLOYMENTS_TOPIC", "deployments"),
            ("ANALYSIS_ENDPOINT", "http://analysis.example"), ("WEBHOOK_IDENTITY", "yes"));
        foreach (var key in new[]
                 {
                     "STORE", "RUN_ENDPOINT", "PUBSUB_ENDPOINT", "REGISTRY_ENDPOINT", "LOCAL_TOKEN", "ACTORS", "IMAGES_TOPIC",
                     "PATIENCE_LAG",
                     "PATIENCE_RETRY", "PATIENCE_BUILD", "PATIENCE_SURVEY", "DEPLOYMENTS_TOPIC",
                     "ANALYSIS_ENDPOINT", "WEBHOOK_IDENTITY",
                 })
            Assert.That(problems, Has.Some.StartsWith($"CDAUTOMATION_{key} "), key);
        Assert.That(problems, Has.None.Contains("hunter2"));
    }

    [Test]
    public void Two_ways_of_knowing_callers_are_one_too_many() => Assert.That(
        Problems(("STORE", "cd.db"), ("LOCAL_TOKEN", "a-secret-of-sixteen"), ("AUDIENCE", "https://a"), ("ACTORS", "ann@acme.example")),
        Is.EqualTo(new[] { "CDAUTOMATION_LOCAL_TOKEN cannot stand beside CDAUTOMATION_AUDIENCE: callers are known in one way" }));

    [Test]
    public void A_journal_in_firestore_needs_a_project_and_no_more()
    {
        var usual = Read(("STORE", "firestore"), ("FIRESTORE_PROJECT", "acme-prod")).Firestore!;
        Assert.That((usual.Project, usual.Database, usual.Retention, usual.EmulatorHost), Is.EqualTo(("acme-prod", "(default)", (TimeSpan?)null, (string?)null)));

        var other = Read(("STORE", "firestore"), ("FIRESTORE_PROJECT", "acme.example:prod-1"), ("FIRESTORE_DATABASE", "cd-journal"), ("FIRESTORE_RETENTION", "400d")).Firestore!;
        Assert.That((other.Project, other.Database, other.Retention), Is.EqualTo(("acme.example:prod-1", "cd-journal", (TimeSpan?)TimeSpan.FromDays(400))));
        Assert.That(Read(("STORE", "cd.db")).Firestore, Is.Null);
    }

    [TestCase("firestore", null, null, null, "CDAUTOMATION_FIRESTORE_PROJECT is not set; it names the project of the journal's database")]
    [TestCase("firestore", "a/b", null, null, "CDAUTOMATION_FIRESTORE_PROJECT is 'a/b', which is no project's id")]
    [TestCase("firestore", "acme-prod", "../x", null, "CDAUTOMATION_FIRESTORE_DATABASE is '../x', which is no database's id")]
    [TestCase("firestore", "acme-prod", null, "30d", "CDAUTOMATION_FIRESTORE_RETENTION is '30d', which is no number of days from 31d to 3653d")]
    [TestCase("firestore", "acme-prod", null, "9999999999d", "CDAUTOMATION_FIRESTORE_RETENTION is '9999999999d', which is no number of days from 31d to 3653d")]
    [TestCase("cd.db", "acme-prod", null, null,
        "CDAUTOMATION_STORE is not firestore, without which CDAUTOMATION_FIRESTORE_PROJECT, _DATABASE and _RETENTION mean nothing")]
    public void A_database_that_cannot_be_is_told(string store, string? project, string? database, string? retention, string problem)
    {
        (string Key, string? Value)[] all = [("STORE", store), ("FIRESTORE_PROJECT", project), ("FIRESTORE_DATABASE", database), ("FIRESTORE_RETENTION", retention)];
        Assert.That(Problems([.. all.Where(it => it.Value is not null).Select(it => (it.Key, it.Value!))]), Is.EqualTo(new[] { problem }));
    }

    [TestCase("127.0.0.1:8085", null)]
    [TestCase("http://127.0.0.1:8085", "FIRESTORE_EMULATOR_HOST is no address; HOST:PORT is one")]
    [TestCase("hunter2@host:1", "FIRESTORE_EMULATOR_HOST is no address; HOST:PORT is one")]
    public void The_emulator_is_named_as_googles_clients_name_it(string host, string? problem)
    {
        var configuration = Configuration([("STORE", "firestore"), ("FIRESTORE_PROJECT", "acme-prod")]);
        configuration["FIRESTORE_EMULATOR_HOST"] = host;
        var read = TriggersConfiguration.Read(configuration);
        Assert.That(read.Problems.Select(it => it.Sentence), Is.EqualTo(problem is null ? [] : new[] { problem }));
        if (problem is null)
            Assert.That(read.TryGetValue(out var options) ? options.Firestore!.EmulatorHost : null, Is.EqualTo(host));
    }

    private static TriggersOptions Read(params (string Key, string Value)[] environment)
    {
        var read = TriggersConfiguration.Read(Configuration(environment));
        Assert.That(read.Problems, Is.Empty);
        return read.TryGetValue(out var options) ? options : throw new InvalidOperationException();
    }

    private static string[] Problems(params (string Key, string Value)[] environment) =>
        [.. TriggersConfiguration.Read(Configuration(environment)).Problems.Select(problem => problem.Sentence)];

    private static IConfigurationRoot Configuration((string Key, string Value)[] environment) => new ConfigurationBuilder()
        .AddInMemoryCollection(environment.Select(pair => KeyValuePair.Create($"CDAUTOMATION_{pair.Key}", (string?)pair.Value)))
        .Build();
}
