using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace CdAutomation.LocalCloud.Run;

/// <summary><c>projects/{project}/locations/{location}</c>. A project's id and its number are two places here, not one.</summary>
internal sealed partial record LocationPath(string Project, string Location)
{
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: not such a name, or the location is the wildcard "-".</exception>
    public static LocationPath Parse(string text, string field) =>
        text.Split('/') is ["projects", var project, "locations", var location] && Segment().IsMatch(project) && Segment().IsMatch(location)
            ? new(project, location)
            : throw Refusal.InvalidArgument(
                $"{field}: '{Refusal.Shown(text)}' is not of the form projects/*/locations/*; no wildcard here.");

    /// <summary>Where a resource is, of whose full name the beginning is right.</summary>
    public static string Of(string name) => string.Join('/', name.Split('/').Take(4));

    public override string ToString() => $"projects/{Project}/locations/{Location}";

    [GeneratedRegex(@"^[a-z0-9][a-z0-9-]{0,62}\z", RegexOptions.NonBacktracking)]
    internal static partial Regex Segment();
}

/// <summary><c>…/services/{service}</c></summary>
internal sealed record ServicePath(LocationPath Location, string Id)
{
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: not such a name.</exception>
    public static ServicePath Parse(string text, string field) =>
        TryParse(text, out var path)
            ? path
            : throw Refusal.InvalidArgument($"{field}: '{Refusal.Shown(text)}' is not of the form projects/*/locations/*/services/*.");

    public static bool TryParse(string text, [NotNullWhen(true)] out ServicePath? path)
    {
        var fits = text.Split('/') is ["projects", var project, "locations", var location, "services", var id]
            && LocationPath.Segment().IsMatch(project) && LocationPath.Segment().IsMatch(location) && LocationPath.Segment().IsMatch(id);
        path = fits ? new(new(text.Split('/')[1], text.Split('/')[3]), text.Split('/')[5]) : null;
        return fits;
    }

    public override string ToString() => $"{Location}/services/{Id}";
}

/// <summary><c>…/workerPools/{workerPool}</c></summary>
internal sealed record WorkerPoolPath(LocationPath Location, string Id)
{
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: not such a name.</exception>
    public static WorkerPoolPath Parse(string text, string field) =>
        text.Split('/') is [.. var parent, "workerPools", var id] && parent.Length == 4 && LocationPath.Segment().IsMatch(id)
            ? new(LocationPath.Parse(string.Join('/', parent), field), id)
            : throw Refusal.InvalidArgument($"{field}: '{Refusal.Shown(text)}' is not of the form projects/*/locations/*/workerPools/*.");

    /// <summary>Whether a name is one of a worker pool, or of something below it.</summary>
    public static bool Collects(string name) => name.Split('/') is [_, _, _, _, "workerPools", ..];

    public override string ToString() => $"{Location}/workerPools/{Id}";
}

/// <summary><c>…/services/{service}/revisions/{revision}</c>, or the same below a worker pool.</summary>
/// <param name="Owner">The full name of the service or worker pool.</param>
/// <param name="Id">The short name.</param>
internal sealed record RevisionPath(string Owner, string Id)
{
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: not such a name.</exception>
    public static RevisionPath Parse(string text, string field)
    {
        var cut = text.IndexOf("/revisions/", StringComparison.Ordinal);
        return cut > 0 && LocationPath.Segment().IsMatch(text[(cut + 11)..])
            ? new(ParseOwner(text[..cut], field), text[(cut + 11)..])
            : throw Refusal.InvalidArgument(
                $"{field}: '{Refusal.Shown(text)}' is not of the form projects/*/locations/*/services/*/revisions/* "
                + "or projects/*/locations/*/workerPools/*/revisions/*.");
    }

    /// <summary>The full name of a service or worker pool.</summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: not such a name.</exception>
    public static string ParseOwner(string text, string field) =>
        WorkerPoolPath.Collects(text) ? WorkerPoolPath.Parse(text, field).ToString() : ServicePath.Parse(text, field).ToString();

    /// <summary>The last segment of a full name.</summary>
    public static string ShortName(string name) => name[(name.LastIndexOf('/') + 1)..];

    public override string ToString() => $"{Owner}/revisions/{Id}";
}
