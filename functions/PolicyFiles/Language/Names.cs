using System.Text.RegularExpressions;
using CdAutomation.Domain.Images;
using CdAutomation.PolicyFiles.Nodes;

namespace CdAutomation.PolicyFiles.Language;

/// <summary>The shapes of names. Google's own limits where they are known; otherwise only what keeps a resource path a path.</summary>
internal static partial class Names
{
    private const string LabelShape = "lower-case letters, digits and hyphens, a letter first, no hyphen last, at most 63 characters";

    /// <summary>Whether a text is such a name; only what is one may stand in a sentence as it is.</summary>
    public static bool IsLabel(string text) => LabelPattern().IsMatch(text);

    extension(ProblemList problems)
    {
        /// <summary>A name that the policies give: of a pipeline, a stage, an image.</summary>
        public string? Label(YamlNode node, string what) => problems.Shaped(node, what, LabelPattern(), LabelShape);

        /// <summary>A Google Cloud project id, also one scoped by a domain (<c>example.com:prj</c>).</summary>
        public string? Project(YamlNode node) => problems.Shaped(node, "project", ProjectPattern(),
            "a project id: lower-case letters, digits and hyphens, a letter first, at most 30 characters");

        /// <summary>A location of Cloud Run.</summary>
        public string? Region(YamlNode node) =>
            problems.Shaped(node, "region", RegionPattern(), "a region such as asia-northeast1 (not a zone such as asia-northeast1-a)");

        /// <summary>A Cloud Run service (run.proto, CreateServiceRequest.service_id: fewer than 50 characters).</summary>
        public string? Service(YamlNode node) => problems.Shaped(node, "service", ServicePattern(),
            "a Cloud Run service: lower-case letters, digits and hyphens, a letter first, no hyphen last, at most 49 characters");

        /// <summary>A source repository as Cloud Build names it.</summary>
        public string? SourceRepository(YamlNode node) =>
            problems.Shaped(node, "repository", SourceRepositoryPattern(), "owner/name");

        private string? Shaped(YamlNode node, string what, Regex shape, string wanted)
        {
            if (problems.Text(node, what) is not { } text)
                return null;
            if (shape.IsMatch(text))
                return text;
            problems.Error(node.At, "policy.value", $"'{what}' is {Excerpt.Of(text)}, where it is to be {wanted}");
            return null;
        }
    }

    [GeneratedRegex(@"^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex LabelPattern();

    [GeneratedRegex(@"^(?:[a-z0-9][a-z0-9.-]{0,252}:)?[a-z](?:[a-z0-9-]{0,28}[a-z0-9])?\z",
        RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex ProjectPattern();

    [GeneratedRegex(@"^[a-z]+(?:-[a-z]+)*[0-9]{0,2}\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex RegionPattern();

    [GeneratedRegex(@"^[a-z](?:[a-z0-9-]{0,47}[a-z0-9])?\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex ServicePattern();

    [GeneratedRegex(@"^[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_./-]{1,200}\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant)]
    private static partial Regex SourceRepositoryPattern();
}
