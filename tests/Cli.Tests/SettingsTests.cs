using CdAutomation.Cli.Init;

namespace CdAutomation.Cli.Tests;

/// <summary>The file that <c>cdctl init</c> writes, and <c>terraform</c> and <c>cdctl doctor</c> read.</summary>
public sealed class SettingsTests
{
    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Open() => _folder = new();

    [TearDown]
    public void Close() => _folder.Dispose();

    [Test]
    public void What_is_written_is_read_again()
    {
        var written = new Settings("acme-cd", "asia-northeast1", "acme/policies") { Operators = ["group:sre@acme.example"], Image = "x@sha256:0" };
        var read = Settings.Read(File("a.tfvars.json", written.Write()));
        Assert.That((read.ProjectId, read.Region, read.Policies, read.Image, read.Operators),
            Is.EqualTo((written.ProjectId, written.Region, written.Policies, written.Image, written.Operators)));
    }

    [Test]
    public void An_image_that_is_not_known_yet_is_no_variable() =>
        Assert.That(new Settings("acme-cd", "asia-northeast1", "acme/policies").Write(), Does.Not.Contain("image").And.EndsWith("}\n"));

    [TestCase("project_id = \"acme-cd\"")]
    [TestCase("null")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("""{"project_id":"ACME","region":"asia-northeast1"}""")]
    [TestCase("""{"project_id":"acme-cd"}""")]
    public void What_is_no_such_file_is_refused_by_its_name(string text) =>
        Assert.That(() => Settings.Read(File("b.tfvars.json", text)), Throws.TypeOf<FormatException>().With.Message.Contains("b.tfvars.json"));

    [TestCase("acme/policies", ExpectedResult = true)]
    [TestCase("acme", ExpectedResult = false)]
    [TestCase("acme/policies/more", ExpectedResult = false)]
    [TestCase("acme/policies\n", ExpectedResult = false)]
    public bool A_repository_of_policies_is_owner_and_name(string text) => Settings.IsPolicies(text);

    private string File(string name, string text)
    {
        var path = Path.Combine(_folder.Path, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }
}
