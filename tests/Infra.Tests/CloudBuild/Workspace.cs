using System.Diagnostics;

namespace CdAutomation.Infra.Tests.CloudBuild;

/// <summary>The folder that all steps of a build share, and programs that only write down how they were called.</summary>
internal sealed class Workspace : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("workspace-");
    private readonly DirectoryInfo _programs = Directory.CreateTempSubdirectory("programs-");

    /// <summary>How the stand-ins were called so far, a line each.</summary>
    public string[] Called => File.Exists(Calls) ? File.ReadAllLines(Calls) : [];

    private string Calls => Path.Combine(_programs.FullName, "calls.txt");

    public string Text(string file) => File.ReadAllText(Path.Combine(_folder.FullName, file));

    public void Write(string file, string text)
    {
        var path = Path.Combine(_folder.FullName, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <summary>Stands in for a program.</summary>
    public void StandIn(string program)
    {
        var path = Path.Combine(_programs.FullName, program);
        File.WriteAllText(path, $"#!/bin/sh\necho \"{program} $*\" >>'{Calls}'\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Makes it a git repository with one commit of that time.</summary>
    public async Task CommitAsync(string time)
    {
        var ended = await RunAsync(
            "git init -q . && git -c user.name=ann -c user.email=ann@acme.example commit -q --allow-empty -m first", [$"GIT_COMMITTER_DATE={time}"]);
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
    }

    /// <param name="script">As Cloud Build runs it: a file, executed.</param>
    /// <param name="variables">NAME=value each.</param>
    public async Task<Ended> RunAsync(string script, IEnumerable<string> variables)
    {
        var file = Path.Combine(_programs.FullName, "script");
        await File.WriteAllTextAsync(file, script);
        var start = new ProcessStartInfo("bash", [file])
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PATH"] = $"{_programs.FullName}:{Environment.GetEnvironmentVariable("PATH")}";
        foreach (var variable in variables.Select(it => it.Split('=', 2)))
            start.Environment[variable[0]] = variable[1];
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new(process.ExitCode, await output, await error);
    }

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        _programs.Delete(recursive: true);
    }
}
