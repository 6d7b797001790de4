using CdAutomation.Cli.Up;
using LibGit2Sharp;

namespace CdAutomation.Cli.Tests;

public sealed class PolicyRepositoryTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void Begins() => _folder = new();

    [TearDown]
    public void Ends() => _folder.Dispose();

    [Test]
    public void An_empty_folder_becomes_a_repository_with_the_sample_in_it()
    {
        using var repository = PolicyRepository.Open(_folder.Path, Now);
        var bundle = repository.Read(Now)!;

        Assert.That(bundle.Commit, Does.Match("^[0-9a-f]{40}$"));
        Assert.That(bundle.Files.Select(file => file.Path), Is.EquivalentTo(new[] { "admin.yaml", "shop.yaml" }));
        Assert.That(new Triggers.PolicyFilesReader().Read(bundle).Problems, Is.Empty);
    }

    [Test]
    public void A_folder_with_policies_and_no_repository_becomes_one_with_them()
    {
        File.WriteAllText(_folder.In("mine.yaml"), "a: 1\n");
        using var repository = PolicyRepository.Open(_folder.Path, Now);

        Assert.That(repository.Read(Now)!.Files.Single().Path, Is.EqualTo("mine.yaml"));
    }

    [Test]
    public void Only_what_is_committed_counts()
    {
        using var repository = PolicyRepository.Open(_folder.Path, Now);
        var before = repository.Read(Now)!;
        File.AppendAllText(_folder.In("shop.yaml"), "# an edit\n");

        Assert.That(repository.Read(Now)!.Files, Is.EqualTo(before.Files));
        Assert.That(repository.HasUncommittedEdits());

        var commit = Commit();
        Assert.That(repository.Head, Is.EqualTo(commit));
        Assert.That(repository.Read(Now)!.Files.Single(file => file.Path == "shop.yaml").Text, Does.EndWith("# an edit\n"));
        Assert.That(repository.HasUncommittedEdits(), Is.False);
    }

    [Test]
    public void A_folder_inside_a_larger_repository_is_read_by_itself()
    {
        Directory.CreateDirectory(_folder.In("infra/policies/more"));
        File.WriteAllText(_folder.In("elsewhere.yaml"), "a: 1\n");
        File.WriteAllText(_folder.In("infra/policies/shop.yaml"), "b: 1\n");
        File.WriteAllText(_folder.In("infra/policies/more/admin.yml"), "c: 1\n");
        File.WriteAllText(_folder.In("infra/policies/README.md"), "text\n");
        Repository.Init(_folder.Path);
        Commit();

        using var repository = PolicyRepository.Open(_folder.In("infra/policies"), Now);
        Assert.That(repository.Read(Now)!.Files.Select(file => file.Path), Is.EquivalentTo(new[] { "shop.yaml", "more/admin.yml" }));
        Assert.That(repository.HasUncommittedEdits(), Is.False);
    }

    [Test]
    public void A_bare_repository_is_refused_with_what_to_name_instead()
    {
        Repository.Init(_folder.Path, isBare: true);

        Assert.That(() => PolicyRepository.Open(_folder.Path, Now), Throws.TypeOf<UpException>().With.Message.Contains("checkout"));
    }

    private string Commit()
    {
        using var git = new Repository(_folder.Path);
        LibGit2Sharp.Commands.Stage(git, "*");
        var who = new Signature("ann", "ann@acme.example", Now);
        return git.Commit("edit", who, who).Sha;
    }
}
