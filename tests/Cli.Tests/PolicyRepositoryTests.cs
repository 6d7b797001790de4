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
        using var repository = PolicyRepository.Open(_folder.Path, Sample.Usual, Now);
        var bundle = repository.Read()!;

        Assert.That(bundle.Edition.Commit, Does.Match("^[0-9a-f]{40}$"));
        Assert.That(bundle.Files.Select(file => file.Path), Is.SupersetOf(new[] { "admin.yaml", "shop.yaml" }));
        var offer = PolicyWatch.OfferOf(bundle).Offer;
        Assert.That(offer.Policies.Problems, Is.Empty);
        Assert.That(offer.FailedTests, Is.Empty);
    }

    [Test]
    public void A_folder_with_policies_and_no_repository_becomes_one_with_them()
    {
        File.WriteAllText(_folder.In("mine.yaml"), "a: 1\n");
        using var repository = PolicyRepository.Open(_folder.Path, Sample.Usual, Now);

        Assert.That(repository.Read()!.Files.Single().Path, Is.EqualTo("mine.yaml"));
    }

    [Test]
    public void Only_what_is_committed_counts()
    {
        using var repository = PolicyRepository.Open(_folder.Path, Sample.Usual, Now);
        var before = repository.Read()!;
        File.AppendAllText(_folder.In("shop.yaml"), "# an edit\n");

        Assert.That(repository.Read()!.Files, Is.EqualTo(before.Files));
        Assert.That(repository.UncommittedEdits(), Is.EqualTo(new[] { "shop.yaml" }));

        var commit = Commit();
        Assert.That(repository.Head, Is.EqualTo(commit));
        Assert.That(repository.Read()!.Files.Single(file => file.Path == "shop.yaml").Text, Does.EndWith("# an edit\n"));
        Assert.That(repository.UncommittedEdits(), Is.Empty);
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

        using var repository = PolicyRepository.Open(_folder.In("infra/policies"), Sample.Usual, Now);
        Assert.That(repository.Read()!.Files.Select(file => file.Path), Is.EquivalentTo(new[] { "shop.yaml", "more/admin.yml" }));
        Assert.That(repository.UncommittedEdits(), Is.Empty);
    }

    [Test]
    public void Keys_that_policies_name_are_read_with_them_and_nothing_that_is_only_linked_to()
    {
        Directory.CreateDirectory(_folder.In("keys"));
        File.WriteAllText(_folder.In("shop.yaml"), "a: 1\n");
        File.WriteAllText(_folder.In("keys/release.pub"), "a key\n");
        File.WriteAllText(_folder.In("keys/other.pem"), "another key\n");
        File.CreateSymbolicLink(_folder.In("linked.yaml"), "/etc/hostname");
        using var repository = PolicyRepository.Open(_folder.Path, Sample.Usual, Now);

        Assert.That(repository.Read()!.Files.Select(file => file.Path), Is.EquivalentTo(new[] { "shop.yaml", "keys/release.pub", "keys/other.pem" }));
    }

    [Test]
    public void A_commit_is_read_as_it_was_with_its_time_and_without_the_secret_of_where_it_was_cloned_from()
    {
        File.WriteAllText(_folder.In("shop.yaml"), "a: 1\n");
        Repository.Init(_folder.Path);
        var first = Commit();
        File.WriteAllText(_folder.In("shop.yaml"), "a: 2\n");
        Commit();
        using (var git = new Repository(_folder.Path))
            git.Network.Remotes.Add("origin", "https://robot:hunter2@git.acme.example/policies");

        using var repository = PolicyRepository.Find(_folder.Path)!;
        var read = repository.Read(first)!;
        Assert.That(read.Files.Single().Text, Is.EqualTo("a: 1\n"));
        Assert.That(read.Edition, Is.EqualTo(new Domain.Policies.PolicyEdition(first, Now, "https://git.acme.example/policies")));
        Assert.That(repository.Read(new string('0', 40)), Is.Null);
    }

    [Test]
    public void More_than_is_read_is_a_problem_and_not_an_exception()
    {
        Assert.That(CommitFiles.Excess(50_000, 1000), Is.Null);
        Assert.That(CommitFiles.Excess(50_001, 1000)!.Code, Is.EqualTo("policy.size"));
        File.WriteAllText(_folder.In("huge.yaml"), new string('#', (1 << 20) + 1));
        using var repository = PolicyRepository.Open(_folder.Path, Sample.Usual, Now);
        Assert.That(PolicyWatch.OfferOf(repository.Read()!).Offer.Policies.Problems.Single().Code, Is.EqualTo("policy.size"));
    }

    [Test]
    public void A_bare_repository_is_refused_with_what_to_name_instead()
    {
        Repository.Init(_folder.Path, isBare: true);

        Assert.That(() => PolicyRepository.Open(_folder.Path, Sample.Usual, Now), Throws.TypeOf<UpException>().With.Message.Contains("checkout"));
    }

    private string Commit()
    {
        using var git = new Repository(_folder.Path);
        LibGit2Sharp.Commands.Stage(git, "*");
        var who = new Signature("ann", "ann@acme.example", Now);
        return git.Commit("edit", who, who).Sha;
    }
}
