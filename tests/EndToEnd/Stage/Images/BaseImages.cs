namespace CdAutomation.EndToEnd.Stage.Images;

/// <summary>
/// What stands in for .NET's own images, laid out as they are and made of this machine's files, in a registry of this machine: chiseled ones with
/// the libraries that .NET needs and nothing else, and one to compile in, which is empty and has this machine's programs mounted while it is built in.
/// </summary>
internal static class BaseImages
{
    /// <summary>The account of chiseled images.</summary>
    public const string User = "1654";

    // "Ubuntu Chiseled" of dotnet-docker: C library, certificates, OpenSSL, the compilers' run-time libraries, zlib.
    private static readonly string[] Libraries =
    [
        "ld-linux-x86-64.so.2", "libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libresolv.so.2",
        "libnss_dns.so.2", "libnss_files.so.2", "libssl.so.3", "libcrypto.so.3", "libgcc_s.so.1", "libstdc++.so.6", "libz.so.1",
    ];

    private static readonly string[] Passed = ["SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "NUGET_CERT_REVOCATION_MODE", "HTTPS_PROXY", "NO_PROXY"];

    // …/shared/Microsoft.NETCore.App/10.0.0/System.Private.CoreLib.dll
    private static string Dotnet => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));

    private static string Home => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    /// <summary>What is mounted while something is built: programs, and what a person of this machine restores packages with.</summary>
    public static IEnumerable<string> Mounts =>
        from mount in (string[])
        [
            "/usr:/usr:ro", "/etc/ssl:/etc/ssl:ro", "/etc/alternatives:/etc/alternatives:ro", $"{Dotnet}:{Dotnet}:ro",
            $"{Path.Combine(Home, ".nuget")}:/builder/.nuget", $"{Path.Combine(Home, ".npm")}:/builder/.npm", $"{Path.Combine(Home, ".npmrc")}:/builder/.npmrc:ro",
        ]
        where Path.Exists(mount.Split(':')[0])
        select mount;

    /// <summary>Makes them and pushes them.</summary>
    /// <param name="podman">The engine.</param>
    /// <param name="folder">Where they are laid out.</param>
    /// <param name="images">HOST/PATH, below which the images of .NET are looked for.</param>
    public static async Task PushAsync(Podman podman, TemporaryFolder folder, string images)
    {
        var context = folder.In("bases");
        Directory.CreateDirectory(context);
        await File.WriteAllTextAsync(Path.Combine(context, "Dockerfile"), Dockerfile());
        await LayOutAsync(context);
        foreach (var (stage, name) in (IEnumerable<(string, string)>)
            [("sdk", "sdk:10.0-noble-aot"), ("native", "runtime-deps:10.0-noble-chiseled"), ("managed", "aspnet:10.0-noble-chiseled")])
        {
            await podman.RunAsync("build", "--quiet", "--timestamp", "0", "--target", stage, "--tag", $"{images}/{name}", context);
            await podman.RunAsync("push", "--quiet", "--tls-verify=false", $"{images}/{name}");
        }
    }

    private static Task<string> LayOutAsync(string context) => Podman.BuildAsync(
        $$"""
        set -euo pipefail
        mkdir -p sdk/{usr,etc,tmp,builder,dev,proc,sys,run} native/usr/{lib/x86_64-linux-gnu,lib64,bin} native/etc/ssl/certs
        mkdir -p native/{tmp,home/app,data} managed/usr/{share/dotnet,bin}
        chmod 1777 sdk/tmp native/tmp
        for it in bin sbin lib lib64; do ln -s "usr/$it" "sdk/$it"; done
        for it in bin lib lib64; do ln -s "usr/$it" "native/$it"; done
        for it in {{string.Join(' ', Libraries)}}; do cp -L "/lib/x86_64-linux-gnu/$it" native/usr/lib/x86_64-linux-gnu/; done
        cp -L /lib64/ld-linux-x86-64.so.2 native/usr/lib64/
        cp -L /etc/ssl/certs/ca-certificates.crt native/etc/ssl/certs/
        echo 'root:x:0:0::/:/sbin/nologin' | tee sdk/etc/passwd >native/etc/passwd
        echo 'app:x:{{User}}:{{User}}::/home/app:/sbin/nologin' >>native/etc/passwd
        cp -r '{{Dotnet}}'/{dotnet,host,shared} managed/usr/share/dotnet/
        ln -s ../share/dotnet/dotnet managed/usr/bin/dotnet
        """,
        context,
        new Dictionary<string, string?>());

    private static string Dockerfile()
    {
        var passed = Passed.Where(it => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable(it)))
            .Select(it => $"ENV {it}={Environment.GetEnvironmentVariable(it)}");
        return $"""
            FROM scratch AS sdk
            COPY sdk/ /
            ENV PATH={Dotnet}:/usr/local/bin:/usr/bin:/usr/sbin HOME=/builder npm_config_prefer_offline=true
            {string.Join('\n', passed)}
            FROM scratch AS native
            COPY native/ /
            ENV APP_UID={User} ASPNETCORE_HTTP_PORTS=8080 DOTNET_RUNNING_IN_CONTAINER=true
            USER {User}
            FROM native AS managed
            COPY managed/ /
            """;
    }
}
