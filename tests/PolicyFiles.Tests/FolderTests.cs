namespace CdAutomation.PolicyFiles.Tests;

public sealed class FolderTests
{
    private string _root = "";

    [SetUp]
    public void Make() => _root = Directory.CreateTempSubdirectory("policies").FullName;

    [TearDown]
    public void Remove() => Directory.Delete(_root, recursive: true);

    [Test]
    public void A_folder_is_read_in_ordinal_order_with_its_keys_and_nothing_else()
    {
        foreach (var name in new[] { "b.yaml", "a.yml", "B.yaml", "keys/k.pub", "keys/k.pem", "sub/c.yaml", "readme.md", ".git/x.yaml", ".hidden.yaml", "c.yaml.bak" })
            Write(name, "# " + name);
        Assert.That(Names(), Is.EqualTo(new[] { "B.yaml", "a.yml", "b.yaml", "keys/k.pem", "keys/k.pub", "sub/c.yaml" }));
        Assert.That(PolicyFolder.Read(_root).Single(file => file.Path.EndsWith("/a.yml", StringComparison.Ordinal)).Text, Is.EqualTo("# a.yml"));
    }

    [Test]
    public void The_whole_language_is_read_from_a_folder_and_from_its_file()
    {
        foreach (var file in Policies.Full)
            Write(file.Path, file.Text);
        Assert.That(PolicyReader.Read(PolicyFolder.Read(_root)).Valid, Is.True);
        Assert.That(PolicyReader.Read(PolicyFolder.Read(Path.Combine(_root, "full.yaml"))).Valid, Is.True);
    }

    [Test]
    public void Links_are_not_followed()
    {
        var outside = Directory.CreateTempSubdirectory("outside").FullName;
        try
        {
            File.WriteAllText(Path.Combine(outside, "x.yaml"), "a: b");
            Directory.CreateSymbolicLink(Path.Combine(_root, "linked"), outside);
            Directory.CreateSymbolicLink(Path.Combine(_root, "loop"), _root);
            File.CreateSymbolicLink(Path.Combine(_root, "link.yaml"), Path.Combine(outside, "x.yaml"));
            File.CreateSymbolicLink(Path.Combine(_root, "dangling.yaml"), Path.Combine(outside, "none"));
            Assert.That(PolicyFolder.Read(_root), Is.Empty);
        }
        finally
        {
            Directory.Delete(outside, recursive: true);
        }
    }

    [Test]
    public void A_hundred_megabytes_are_a_problem_of_the_file_and_are_not_read()
    {
        using (var large = File.Create(Path.Combine(_root, "large.yaml")))
            large.SetLength(100L << 20);
        Write("shop.yaml", Policies.Good);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var reading = PolicyReader.Read(PolicyFolder.Read(_root));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(32L << 20));
        Assert.That(reading.Problems.Single().ToString(),
            Is.EqualTo($"{_root}/large.yaml:1:1: error: policy.size: the file is larger than 1048576 bytes"));
        Assert.That(reading.Pipelines.Keys, Is.EqualTo(new[] { "shop" }));
    }

    [Test]
    public void A_folder_of_too_much_is_read_up_to_a_bound()
    {
        var text = "# " + new string('x', 1_000_000);
        for (var at = 0; at < 70; at++)
            Write($"{at:00}.yaml", text);
        var files = PolicyFolder.Read(_root);
        Assert.That(files.Sum(file => (long)file.Text.Length), Is.LessThanOrEqualTo(64L << 20));
        Assert.That(files[^1].Unreadable?.Code, Is.EqualTo("policy.size"));
        Assert.That(PolicyReader.Read(files).Valid, Is.False);
    }

    [Test]
    public void What_is_no_text_is_told_at_its_beginning()
    {
        File.WriteAllBytes(Path.Combine(_root, "binary.yaml"), [0xC3, 0x28, 0xA0, 0xA1]);
        File.WriteAllBytes(Path.Combine(_root, "empty.yaml"), []);
        Assert.That(PolicyReader.Read(PolicyFolder.Read(_root)).Problems.Single().ToString(),
            Is.EqualTo($"{_root}/binary.yaml:1:1: error: policy.encoding: the file is no UTF-8 text"));
    }

    [Test]
    public void What_is_not_there_is_told() =>
        Assert.That(() => PolicyFolder.Read(Path.Combine(_root, "none")), Throws.InstanceOf<IOException>());

    private string[] Names() => [.. PolicyFolder.Read(_root).Select(file => Path.GetRelativePath(_root, file.Path).Replace('\\', '/'))];

    private void Write(string name, string text)
    {
        var path = Path.Combine(_root, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}
