using CdAutomation.Infra.Tests.CloudBuild;

namespace CdAutomation.EndToEnd.Stage.Images;

/// <summary>The images of this project, built by the very step of cloudbuild.yaml that builds them, and pushed as Cloud Build pushes them.</summary>
internal sealed class BuiltImages : IAsyncDisposable
{
    /// <summary>The commit and its time, as the steps before have found them.</summary>
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    public static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeSeconds(1_795_599_000);

    private DebianRegistry? _registry;

    private BuiltImages() => Podman = new(Folder);

    public TemporaryFolder Folder { get; } = new();

    public Podman Podman { get; }

    /// <summary>What the compilers and tools said.</summary>
    public string Log { get; private set; } = "";

    /// <summary><c>host:port</c> of the registry that they are in.</summary>
    public string Registry => _registry!.Address;

    /// <summary>What cloudbuild.yaml says is pushed.</summary>
    public IReadOnlyList<string> Pushed { get; private set; } = [];

    public static async Task<BuiltImages> MakeAsync()
    {
        var images = new BuiltImages();
        try
        {
            images._registry = await DebianRegistry.StartAsync(images.Folder, webhook: null);
            await BaseImages.PushAsync(images.Podman, images.Folder, $"{images.Registry}/dotnet");
            images.Log = await images.BuildAsync("first", "");
            foreach (var image in images.Pushed)
                await images.Podman.RunAsync("push", "--quiet", "--tls-verify=false", image);
            return images;
        }
        catch
        {
            await images.DisposeAsync();
            throw;
        }
    }

    /// <summary>As Cloud Build names an image of this commit.</summary>
    public string Named(string image) => $"{Registry}/acme/app/{image}:{Commit}";

    /// <summary>Builds the same commit from another folder, without anything that is left of the first time, and pushes it elsewhere.</summary>
    /// <returns>The digest of an image of it.</returns>
    public async Task<string> AgainAsync(string image)
    {
        await BuildAsync("second", "--no-cache");
        return await PushedDigestAsync(Named(image));
    }

    /// <summary>The digest that the registry knows an image by.</summary>
    public async Task<string> PushedDigestAsync(string image)
    {
        await Podman.RunAsync("push", "--quiet", "--tls-verify=false", "--digestfile", Folder.In("digest"), image);
        return await File.ReadAllTextAsync(Folder.In("digest"));
    }

    public async ValueTask DisposeAsync()
    {
        await Podman.DisposeAsync();
        if (_registry is not null)
            await _registry.DisposeAsync();
        Folder.Dispose();
    }

    private async Task<string> BuildAsync(string name, string options)
    {
        var build = BuildFile.Read("cloudbuild.yaml");
        var values = new Dictionary<string, string>(build.Substitutions)
        {
            ["COMMIT_SHA"] = Commit,
            ["BRANCH_NAME"] = "release/1.4",
            ["REPO_FULL_NAME"] = "acme/cdautomation",
            ["_DOTNET_IMAGES"] = $"{Registry}/dotnet",
            ["_IMAGES"] = $"{Registry}/acme/app",
        };
        Pushed = [.. build.Images.Select(it => BuildFile.Substituted(it, values))];
        var step = build.Steps.Single(it => it.Id == "images");
        var environment = build.Env.Concat(step.Env).Select(it => BuildFile.Substituted(it, values).Split('=', 2))
            .ToDictionary(it => it[0], string? (it) => it[1]);
        // Google's packages are not everywhere; the same source compiles either way.
        environment["GoogleClients"] = "Protos";
        environment["PATH"] = $"{await DockerAsync(options)}:{Environment.GetEnvironmentVariable("PATH")}";
        return await Podman.BuildAsync(step.Script!, await SourcesAsync(name), environment);
    }

    /// <summary>A folder with a <c>docker</c> that is podman, and mounts what the base of compilation stands in for.</summary>
    private async Task<string> DockerAsync(string options)
    {
        var folder = Folder.In("bin");
        Directory.CreateDirectory(folder);
        var program = Path.Combine(folder, "docker");
        var mounts = string.Join(' ', BaseImages.Mounts.Select(it => $"--volume {it}"));
        var podman = $"podman {string.Join(' ', Podman.Options)}";
        await File.WriteAllTextAsync(program, $"""
            #!/bin/sh
            case $1 in
              build) shift; exec {podman} build {options} --network=host --tls-verify=false --timestamp "$(cat .commit-time)" {mounts} "$@" ;;
              *) exec {podman} "$@" ;;
            esac

            """);
        (await Command.RunAsync("chmod", ["755", program])).Succeeded();
        return folder;
    }

    /// <summary>The sources as they are, without what builds of this machine have left in them.</summary>
    private async Task<string> SourcesAsync(string name)
    {
        var folder = Folder.In(name);
        Directory.CreateDirectory(folder);
        await Podman.BuildAsync(
            $"set -euo pipefail; tar -C '{BuildFile.Repository}' --exclude .git --exclude .artifacts --exclude bin --exclude obj --exclude node_modules -cf - . | tar -xf -",
            folder,
            new Dictionary<string, string?>());
        await File.WriteAllTextAsync(Path.Combine(folder, ".commit-time"), $"{Time.ToUnixTimeSeconds()}\n");
        return folder;
    }
}
