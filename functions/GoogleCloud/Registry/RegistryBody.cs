namespace CdAutomation.GoogleCloud.Registry;

/// <summary>What is sent to a registry.</summary>
/// <param name="Bytes">All of it.</param>
/// <param name="Type">Its media type.</param>
internal sealed record RegistryBody(ReadOnlyMemory<byte> Bytes, string Type)
{
    /// <summary>Bytes of no type of their own.</summary>
    public static RegistryBody Of(ReadOnlyMemory<byte> bytes) => new(bytes, "application/octet-stream");
}
