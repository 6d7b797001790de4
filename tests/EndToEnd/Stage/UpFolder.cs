namespace CdAutomation.EndToEnd.Stage;

/// <summary>What belongs to one <c>cdctl up</c> between its starts: data folder, policy folder, and the user's own data folder.</summary>
internal sealed class UpFolder : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    /// <param name="policies">File name and text of each policy.</param>
    public UpFolder(params (string File, string Text)[] policies)
    {
        Directory.CreateDirectory(Data);
        Directory.CreateDirectory(Policies);
        // Free ports at the first start, and those again afterwards: the usual ones may belong to somebody on this machine.
        File.WriteAllText(Path.Combine(Data, "ports.json"), """{"web":0,"registry":0,"run":0,"services":0,"pubSub":0}""");
        foreach (var (file, text) in policies)
            Write(file, text);
    }

    public TemporaryFolder Images => _folder;

    public string Data => _folder.In("data");

    public string Policies => _folder.In("policies");

    /// <summary>The secret that requests to the API carry.</summary>
    public string Token => File.ReadAllText(Path.Combine(Data, "token")).Trim();

    /// <summary>Nothing of the user who runs the tests is read or written.</summary>
    public Dictionary<string, string?> Environment => new()
    {
        ["XDG_DATA_HOME"] = _folder.In("home"),
        ["GIT_CONFIG_GLOBAL"] = "/dev/null",
        ["CDAUTOMATION_URL"] = null,
        ["CDAUTOMATION_TOKEN"] = null,
        ["PUBSUB_EMULATOR_HOST"] = null,
    };

    /// <summary>Writes a policy without committing it.</summary>
    public void Write(string file, string text) => File.WriteAllText(Path.Combine(Policies, file), text);

    /// <summary>Makes the policy folder a git repository that was cloned from somewhere, as a build has it.</summary>
    public async Task CloneAsync(string origin)
    {
        await GitAsync("init", "--quiet");
        await GitAsync("remote", "add", "origin", origin);
    }

    /// <summary>Commits all there is, as a user does.</summary>
    /// <param name="message">What it is about.</param>
    /// <param name="at">The commit's time, as git reads it; null for now.</param>
    /// <returns>The commit.</returns>
    public async Task<string> CommitAsync(string message, string? at = null)
    {
        await GitAsync("add", "--all");
        string[] dated = at is null ? [] : ["-c", $"alias.dated=!GIT_COMMITTER_DATE='{at}' git", "dated"];
        await GitAsync([.. dated, "-c", "user.name=tester", "-c", "user.email=tester@localhost", "commit", "--quiet", "--message", message]);
        return (await GitAsync("rev-parse", "HEAD")).Output.Trim();
    }

    /// <summary>Checks out another commit, as a user does.</summary>
    public Task CheckOutAsync(string commit) => GitAsync("checkout", "--quiet", commit);

    public void Dispose() => _folder.Dispose();

    private async Task<Command> GitAsync(params string[] arguments)
    {
        Command.Need("git", "git");
        return (await Command.RunAsync("git", arguments, Environment, Policies)).Succeeded();
    }
}
