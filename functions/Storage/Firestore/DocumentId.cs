using System.Security.Cryptography;
using System.Text;

namespace CdAutomation.Storage.Firestore;

/// <summary>Ids of documents. The service forbids some (slashes, <c>..</c>, 1,500 bytes), and keys of events can be anything.</summary>
internal static class DocumentId
{
    /// <summary>
    /// The same parts have the same id, other parts another. Spread evenly too: keys that rise would all be written at one end of the
    /// database (Firestore's page "Best practices", hotspotting).
    /// </summary>
    public static string Of(params ReadOnlySpan<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in parts)
        {
            var text = Encoding.UTF8.GetBytes(part);
            // Its length before each part, or "ab", "c" would be "a", "bc".
            hash.AppendData(BitConverter.GetBytes(text.Length));
            hash.AppendData(text);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 20));
    }
}
