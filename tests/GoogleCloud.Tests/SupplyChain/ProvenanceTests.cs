using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Gates.Analysis;

namespace CdAutomation.GoogleCloud.Tests.SupplyChain;

public sealed class ProvenanceTests
{
    private const string CloudBuild = "https://cloudbuild.googleapis.com/GoogleHostedWorker";
    private const string Source = "git+https://github.com/acme/app";
    private static readonly string Hex = Signatures.HexOf(Occurrences.Digest);
    private static readonly Gate.Provenance Ours = new("cloud-build", "github.com/acme/app");

    [Test]
    public async Task Provenance_that_is_not_there_yet_is_waited_for()
    {
        await using var analysis = await Occurrences.OfAsync();

        var answer = await analysis.AskAsync(Ours);

        Assert.That(answer.Shown(), Does.StartWith("Hold provenance.missing"));
        Assert.That(answer.RetryAfter, Is.EqualTo(TimeSpan.FromMinutes(1)));
    }

    [Test]
    public async Task Cloud_Builds_statement_about_the_image_and_its_source_passes()
    {
        await using var analysis = await Occurrences.OfAsync(V1(Hex, CloudBuild, Source));

        Assert.That((await analysis.AskAsync(Ours)).Shown(), Is.EqualTo(
            "Pass provenance.ok: cloud-build states that it built v1.0.0 (aaaaaaaaaaaa) from github.com/acme/app"));
    }

    [TestCase("bbbb", CloudBuild, Source, "about another image, 'bbbb'")]
    [TestCase(null, CloudBuild, Source, "about another image")]
    [TestCase("", "https://evil.example.com/builder", Source, "the builder is 'https://evil.example.com/builder', and cloud-build is required")]
    [TestCase("", CloudBuild + "Evil", Source, "the builder is")]
    [TestCase("", null, Source, "the builder is nothing")]
    [TestCase("", CloudBuild, "git+https://github.com/evil/app", "built from 'git+https://github.com/evil/app', and github.com/acme/app is required")]
    [TestCase("", CloudBuild, "git+https://evil.example.com/github.com/acme/app", "built from")]
    public async Task What_differs_is_named(string? subject, string? builder, string source, string why)
    {
        await using var analysis = await Occurrences.OfAsync(V1(subject is "" ? Hex : subject, builder, source));

        Assert.That((await analysis.AskAsync(Ours)).Shown(), Does.StartWith("Reject provenance.mismatch: the provenance of").And.Contains(why));
    }

    [Test]
    public async Task Where_the_definition_came_from_comes_before_what_the_build_used()
    {
        await using var analysis = await Occurrences.OfAsync(V1(Hex, CloudBuild, "git+https://github.com/evil/app", Source));
        await using var without = await Occurrences.OfAsync(V1(Hex, CloudBuild, null, "pkg:docker/x", Source + "@refs/heads/main"));

        Assert.That((await analysis.AskAsync(Ours)).Finding, Is.EqualTo(Finding.Reject));
        Assert.That((await without.AskAsync(Ours)).Finding, Is.EqualTo(Finding.Pass));
    }

    [Test]
    public async Task Any_source_and_a_builder_named_in_full_are_possible()
    {
        await using var analysis = await Occurrences.OfAsync(V1(Hex, "https://github.com/actions/runner", null));

        Assert.That((await analysis.AskAsync(new Gate.Provenance("https://github.com/actions/runner", null))).Finding, Is.EqualTo(Finding.Pass));
        Assert.That((await analysis.AskAsync(new Gate.Provenance("cloud-build", null))).Finding, Is.EqualTo(Finding.Reject));
    }

    [TestCase("slsaProvenance", "\"materials\":[{\"uri\":\"https://github.com/acme/app\",\"digest\":{\"sha1\":\"00\"}}]")]
    [TestCase("slsaProvenanceZeroTwo", "\"invocation\":{\"configSource\":{\"uri\":\"https://github.com/acme/app.git\"}}")]
    public async Task The_older_statements_are_read_too(string name, string source)
    {
        await using var analysis = await Occurrences.OfAsync(Occurrences.Of("BUILD", $$$"""
            "build":{"intotoStatement":{"_type":"https://in-toto.io/Statement/v0.1","subject":[{"name":"x","digest":{"sha256":"{{{Hex}}}"}}],
             "{{{name}}}":{"builder":{"id":"{{{CloudBuild}}}@v0.3"},{{{source}}} } } }
            """));

        Assert.That((await analysis.AskAsync(Ours)).Shown(), Does.StartWith("Pass provenance.ok"));
    }

    [Test]
    public async Task One_good_statement_among_others_is_enough_and_of_bad_ones_the_last_is_named()
    {
        await using var good = await Occurrences.OfAsync(V1("bb", null, ""), V1(Hex, CloudBuild, Source), V1("cc", null, ""));
        await using var bad = await Occurrences.OfAsync(V1("bb", null, ""), V1("cc", null, ""));

        Assert.That((await good.AskAsync(Ours)).Finding, Is.EqualTo(Finding.Pass));
        Assert.That((await bad.AskAsync(Ours)).Shown(), Does.StartWith("Reject provenance.mismatch: none of 2").And.Contains("'cc'"));
    }

    [TestCase("\"build\":{}", "Hold provenance.missing")]
    [TestCase("\"build\":null", "Hold provenance.missing")]
    [TestCase("\"build\":{\"inTotoSlsaProvenanceV1\":{}}", "Reject provenance.mismatch")]
    [TestCase("\"build\":{\"intotoStatement\":{\"subject\":[null]}}", "Reject provenance.mismatch")]
    [TestCase("\"build\":{\"inTotoSlsaProvenanceV1\":[]}", "Unknown analysis.odd")]
    [TestCase("\"build\":{\"inTotoSlsaProvenanceV1\":{\"subject\":\"all\"}}", "Unknown analysis.odd")]
    public async Task A_statement_with_less_or_other_in_it_never_passes(string part, string expected)
    {
        await using var analysis = await Occurrences.OfAsync(Occurrences.Of("BUILD", part));

        Assert.That((await analysis.AskAsync(Ours)).Shown(), Does.StartWith(expected));
    }

    [TestCase("git+https://github.com/acme/app")]
    [TestCase("https://github.com/acme/app.git")]
    [TestCase("https://github.com/acme/app/")]
    [TestCase("https://GitHub.com/Acme/App")]
    [TestCase("ssh://git@github.com/acme/app.git")]
    [TestCase("git+https://github.com/acme/app@refs/tags/v1")]
    [TestCase("https://github.com/acme/app.git?ref=main#dir")]
    [TestCase("github.com/acme/app")]
    public void A_repository_is_the_same_however_it_is_written(string text) =>
        Assert.That(SourceRepository.AreSame(text, "github.com/acme/app"), Is.True);

    [TestCase("")]
    [TestCase("https://")]
    [TestCase("github.com/acme/app2")]
    [TestCase("github.com/acme")]
    [TestCase("https://github.com@evil.example.com/acme/app")]
    [TestCase("https://evil.example.com/@github.com/acme/app")]
    [TestCase("https://evil.example.com?github.com/acme/app")]
    public void Another_repository_is_not(string text)
    {
        Assert.That(SourceRepository.AreSame(text, "github.com/acme/app"), Is.False);
        Assert.That(SourceRepository.AreSame("github.com/acme/app", text), Is.False);
        Assert.That(SourceRepository.AreSame("", ""), Is.False);
    }

    /// <summary>A BUILD occurrence with SLSA v1 provenance, in the shape that Cloud Build gives it.</summary>
    private static string V1(string? subject, string? builder, string? config, params string[] dependencies)
    {
        var subjects = subject is null ? "" : $$$"""{"name":"https://host/acme/app/web:v1","digest":{"sha256":"{{{subject}}}"}}""";
        var source = config is null ? "" : $$""" "buildConfigSource":{"path":"cloudbuild.yaml","ref":"refs/heads/main","repository":"{{config}}"} """;
        var used = string.Join(',', dependencies.Select(one => $$$"""{"uri":"{{{one}}}","digest":{"gitCommit":"00"}}"""));
        return Occurrences.Of("BUILD", $$$"""
            "build":{"inTotoSlsaProvenanceV1":{"_type":"https://in-toto.io/Statement/v1","predicateType":"https://slsa.dev/provenance/v1",
             "subject":[{{{subjects}}}],
             "predicate":{
              "buildDefinition":{"buildType":"https://cloud.google.com/build/gcb-buildtypes/google-worker/v1",
               "externalParameters":{{{{source}}}},"internalParameters":{"triggerUri":"t"},"resolvedDependencies":[{{{used}}}]},
              "runDetails":{"builder":{{{(builder is null ? "{}" : $"{{\"id\":\"{builder}\"}}")}}},"metadata":{"invocationId":"i"} } } } }
            """);
    }
}
