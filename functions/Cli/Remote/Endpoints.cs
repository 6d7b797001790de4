using CdAutomation.Cli.Commands;

namespace CdAutomation.Cli.Remote;

/// <summary>Addresses out of the environment.</summary>
internal static class Endpoints
{
    /// <summary>The address that a variable holds, or null where it holds none.</summary>
    /// <exception cref="ConnectionException">What it holds is no address.</exception>
    public static Uri? Read(Func<string, string?> variable, string name)
    {
        if (variable(name) is not { } text || string.IsNullOrWhiteSpace(text))
            return null;
        return Uri.TryCreate(text.Trim(), UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            ? uri
            : throw new ConnectionException($"{name} is no address; http://127.0.0.1:8090 is one");
    }
}
