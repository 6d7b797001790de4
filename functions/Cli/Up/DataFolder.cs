using System.Security.Cryptography;
using System.Text.Json;

namespace CdAutomation.Cli.Up;

/// <summary>Where <c>up</c> keeps everything. One process at a time.</summary>
internal sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;
    private readonly bool _temporary;

    private DataFolder(string path, FileStream held, bool temporary) => (Path, _lock, _temporary) = (path, held, temporary);

    public string Path { get; }

    public string Journal => In("journal.db");

    public string Policies => In("policies");

    /// <summary>Opens a folder, or a new one that is removed at the end.</summary>
    /// <exception cref="UpException">Another process has it, or it cannot be written.</exception>
    public static DataFolder Open(string? path)
    {
        var temporary = path is null;
        path = System.IO.Path.GetFullPath(path ?? Directory.CreateTempSubdirectory("cdctl-up-").FullName);
        try
        {
            Directory.CreateDirectory(path);
            var held = new FileStream(System.IO.Path.Combine(path, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            return new(path, held, temporary);
        }
        catch (IOException) when (Directory.Exists(path))
        {
            throw new UpException($"{path} is in use by another 'cdctl up'; stop that one, or give this one its own with --data DIR");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new UpException($"{path} cannot be written: {fault.Message}; name another with --data DIR");
        }
    }

    /// <summary>The folder that is used when none is named.</summary>
    public static string Default() => System.IO.Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "cdautomation");

    public string In(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>The token that this folder's requests carry, made once and readable by its owner alone.</summary>
    public string Token()
    {
        var path = In("token");
        if (!File.Exists(path))
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var file = new StreamWriter(path, options);
            file.Write(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
        }

        return File.ReadAllText(path).Trim();
    }

    /// <summary>The ports of the last run, so that addresses stay; those of a first run are the ones people expect.</summary>
    public UpPorts Ports()
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(In("ports.json")), CliJson.Default.UpPorts) ?? UpPorts.Usual;
        }
        catch (Exception none) when (none is IOException or JsonException)
        {
            return UpPorts.Usual;
        }
    }

    public void Remember(UpPorts ports) => File.WriteAllText(In("ports.json"), JsonSerializer.Serialize(ports, CliJson.Default.UpPorts));

    public void Dispose()
    {
        _lock.Dispose();
        if (_temporary)
            Directory.Delete(Path, recursive: true);
    }
}

/// <summary>Ports on 127.0.0.1.</summary>
internal sealed record UpPorts(int Web, int Registry, int Run, int Services, int PubSub)
{
    /// <summary>What people expect where they are free: 5000 is the registries', 8085 the Pub/Sub emulator's.</summary>
    public static UpPorts Usual { get; } = new(8080, 5000, 8090, 8088, 8085);
}
