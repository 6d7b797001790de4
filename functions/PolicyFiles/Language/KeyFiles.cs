using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using CdAutomation.Domain.Images;
using CdAutomation.PolicyFiles.Language.Model;
using CdAutomation.PolicyFiles.Nodes;

namespace CdAutomation.PolicyFiles.Language;

/// <summary>The public keys that stand in files beside the policies.</summary>
internal sealed class KeyFiles
{
    // A public key of any kind in PEM is far shorter.
    private const int LengthMax = 20_000;

    private readonly Dictionary<string, PolicyFile> _byPath;

    public KeyFiles(IEnumerable<PolicyFile> files) =>
        _byPath = files.Where(IsKey).GroupBy(file => file.Path, StringComparer.Ordinal).ToDictionary(same => same.Key, same => same.First(), StringComparer.Ordinal);

    /// <summary>Whether a file is a key and no policy.</summary>
    public static bool IsKey(PolicyFile file) =>
        file.Path.EndsWith(".pub", StringComparison.Ordinal) || file.Path.EndsWith(".pem", StringComparison.Ordinal);

    /// <summary>The PEM text that a signature gate names, or null where there is none.</summary>
    public string? Find(Fields gate, ProblemList problems)
    {
        if (gate.Text(GateModel.PublicKey) is not { } path)
            return null;
        var at = gate.ValueAt(GateModel.PublicKey);
        if (path.Split('/').Any(part => part is "" or "." or ".."))
        {
            problems.Error(at, "policy.key", $"'publicKey' is {Excerpt.Of(path)}, which leads out of the policy folder or nowhere");
            return null;
        }
        if (Look(problems.File, path) is not { } file)
        {
            problems.Error(at, "policy.key",
                $"'publicKey' is {Excerpt.Of(path)}, and there is no such file in the policy folder{Nearest.Suggest(path, [.. _byPath.Keys.Take(10)])}");
            return null;
        }
        return file.Unreadable is null && Pem(file.Text, at, problems) is { } pem ? pem : null;
    }

    /// <summary>The text as the canonical form has it, or null where it is no public key.</summary>
    public static string? Pem(string text, Position at, ProblemList problems)
    {
        var label = "";
        if (text.Length <= LengthMax && PemEncoding.TryFind(text, out var fields))
        {
            label = text[fields.Label];
            if (label is "PUBLIC KEY" && IsKeyInfo(text[fields.Base64Data]))
                return text[fields.Location].ReplaceLineEndings("\n");
        }
        problems.Error(at, "policy.key", label.EndsWith("PRIVATE KEY", StringComparison.Ordinal)
            ? "the key is a private one, which belongs to nobody's repository; make a new pair, and keep here the public key alone"
            : "the key is no public key as PEM, which begins with -----BEGIN PUBLIC KEY-----");
        return null;
    }

    // Beside the policy, in a folder above it, or at the root: keys/release.pub is the same file for shop.yaml and teams/shop.yaml.
    private PolicyFile? Look(string policy, string key)
    {
        for (var folder = policy.LastIndexOf('/'); ; folder = policy.LastIndexOf('/', folder - 1))
        {
            if (_byPath.TryGetValue(folder < 0 ? key : $"{policy[..folder]}/{key}", out var file))
                return file;
            if (folder <= 0)
                return folder == 0 && _byPath.TryGetValue(key, out file) ? file : null;
        }
    }

    private static bool IsKeyInfo(string base64)
    {
        try
        {
            var der = Convert.FromBase64String(base64);
            PublicKey.CreateFromSubjectPublicKeyInfo(der, out var read);
            return read == der.Length;
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
