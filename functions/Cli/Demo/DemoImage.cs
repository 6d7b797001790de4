using System.Buffers.Binary;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace CdAutomation.Cli.Demo;

/// <summary>
/// A real image of one layer, made in memory: a web server of 1040 bytes that answers with one line of text. Nothing is downloaded and
/// nothing is compiled; any registry takes it and any engine for linux/amd64 runs it.
/// </summary>
internal sealed class DemoImage
{
    /// <summary>A simulated Cloud Run, which does not run programs, reads from this label what is wrong with this one.</summary>
    public const string SimulationLabel = "cdautomation.simulate";

    private const string Placeholder = "________________________________________________________________";

    private DemoImage(string text, byte[] layer, byte[] config, byte[] manifest) => (Text, Layer, Config, Manifest) = (text, layer, config, manifest);

    /// <summary>What the program answers.</summary>
    public string Text { get; }

    public byte[] Layer { get; }

    public byte[] Config { get; }

    public byte[] Manifest { get; }

    public string Digest => DigestOf(Manifest);

    /// <summary>An image whose program answers with the text, at most 62 ASCII characters. The same text gives the same digest.</summary>
    public static DemoImage Answering(string text) => Make(text, null, 0);

    /// <summary>An image whose program ends with exit code 1 instead of listening.</summary>
    public static DemoImage ThatDoesNotStart(string text) => Make("fail " + text, "fails-to-start", 0);

    /// <summary>An image whose program answers one request in so many with 500, and the others with the text.</summary>
    public static DemoImage FailingOneIn(int requests, string text) => Make(text, $"fails-one-in-{requests}", requests);

    public static string DigestOf(byte[] bytes) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(bytes))}";

    private static DemoImage Make(string text, string? simulation, int failsOneIn)
    {
        var tar = Tar(Program(text, failsOneIn));
        var layer = Gzip(tar);
        var config = Json(json =>
        {
            json.WriteString("architecture", "amd64");
            json.WriteString("os", "linux");
            json.WriteStartObject("config");
            json.WriteStartArray("Entrypoint");
            json.WriteStringValue("/hello");
            json.WriteEndArray();
            json.WriteStartObject("Labels");
            json.WriteString("org.opencontainers.image.title", text);
            if (simulation is not null)
                json.WriteString(SimulationLabel, simulation);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteStartObject("rootfs");
            json.WriteString("type", "layers");
            json.WriteStartArray("diff_ids");
            json.WriteStringValue(DigestOf(tar));
            json.WriteEndArray();
            json.WriteEndObject();
        });
        var manifest = Json(json =>
        {
            json.WriteNumber("schemaVersion", 2);
            json.WriteString("mediaType", "application/vnd.oci.image.manifest.v1+json");
            json.WriteStartObject("config");
            Descriptor(json, "application/vnd.oci.image.config.v1+json", config);
            json.WriteEndObject();
            json.WriteStartArray("layers");
            json.WriteStartObject();
            Descriptor(json, "application/vnd.oci.image.layer.v1.tar+gzip", layer);
            json.WriteEndObject();
            json.WriteEndArray();
        });
        return new(text, layer, config, manifest);
    }

    private static byte[] Program(string text, int failsOneIn)
    {
        if (text.Length > Placeholder.Length - 2 || !Ascii.IsValid(text))
            throw new ArgumentException("The text must be at most 62 ASCII characters.", nameof(text));

        using var resource = typeof(DemoImage).Assembly.GetManifestResourceStream("hello.elf")!;
        var program = new byte[resource.Length];
        resource.ReadExactly(program);
        var at = program.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Placeholder));
        Encoding.ASCII.GetBytes(text.PadRight(Placeholder.Length - 1) + '\n').CopyTo(program, at);
        // The number behind the text.
        BinaryPrimitives.WriteInt32LittleEndian(program.AsSpan(at + Placeholder.Length), failsOneIn);
        return program;
    }

    private static byte[] Tar(byte[] program)
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Ustar, leaveOpen: true))
        {
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "hello")
            {
                DataStream = new MemoryStream(program),
                Mode = UnixFileMode.UserRead | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute,
                ModificationTime = DateTimeOffset.UnixEpoch,
            });
        }

        return bytes.ToArray();
    }

    private static byte[] Gzip(byte[] tar)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(tar);
        return bytes.ToArray();
    }

    private static void Descriptor(Utf8JsonWriter json, string mediaType, byte[] bytes)
    {
        json.WriteString("mediaType", mediaType);
        json.WriteString("digest", DigestOf(bytes));
        json.WriteNumber("size", bytes.Length);
    }

    private static byte[] Json(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }
}
