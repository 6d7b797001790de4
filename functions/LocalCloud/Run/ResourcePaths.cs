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

/// <summary><c>…/services/{service}/revisions/{revision}</c></summary>
internal sealed record RevisionPath(ServicePath Service, string Id)
{
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: not such a name. Revisions of worker pools are not kept here.</exception>
    public static RevisionPath Parse(string text, string field)
    {
        var cut = text.IndexOf("/revisions/", StringComparison.Ordinal);
        return cut > 0 && ServicePath.TryParse(text[..cut], out var service) && LocationPath.Segment().IsMatch(text[(cut + 11)..])
            ? new(service, text[(cut + 11)..])
            : throw Refusal.InvalidArgument(
                $"{field}: '{Refusal.Shown(text)}' is not of the form projects/*/locations/*/services/*/revisions/*.");
    }

    /// <summary>The last segment of a revision's full name.</summary>
    public static string ShortName(string name) => name[(name.LastIndexOf('/') + 1)..];

    public override string ToString() => $"{Service}/revisions/{Id}";
}
