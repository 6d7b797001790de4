using CdAutomation.Cli.Up;

namespace CdAutomation.Cli.Tests;

public sealed class DataFolderTests
{
    [Test]
    public void A_folder_serves_one_process_at_a_time()
    {
        using var folder = new TemporaryFolder();
        using (DataFolder.Open(folder.Path))
            Assert.That(() => DataFolder.Open(folder.Path), Throws.TypeOf<UpException>().With.Message.Contains("in use"));
        using var again = DataFolder.Open(folder.Path);
    }

    [Test]
    public void The_token_is_made_once_long_and_readable_by_its_owner_alone()
    {
        using var folder = new TemporaryFolder();
        using var data = DataFolder.Open(folder.Path);

        var token = data.Token();
        Assert.That(token, Has.Length.EqualTo(64));
        Assert.That(data.Token(), Is.EqualTo(token));
        if (!OperatingSystem.IsWindows())
            Assert.That(File.GetUnixFileMode(folder.In("token")), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Test]
    public void Ports_are_those_of_the_last_run_and_the_usual_ones_at_first()
    {
        using var folder = new TemporaryFolder();
        using var data = DataFolder.Open(folder.Path);
        Assert.That(data.Ports(), Is.EqualTo(UpPorts.Usual));

        var ports = new UpPorts(1, 2, 3, 4, 5);
        data.Remember(ports);
        Assert.That(data.Ports(), Is.EqualTo(ports));

        File.WriteAllText(folder.In("ports.json"), "{ broken");
        Assert.That(data.Ports(), Is.EqualTo(UpPorts.Usual));
    }

    [Test]
    public void A_folder_of_no_name_is_gone_at_the_end()
    {
        string path;
        using (var data = DataFolder.Open(null))
            path = data.Path;
        Assert.That(Directory.Exists(path), Is.False);
    }
}
