using System.Text.Json;
using CdAutomation.Domain.Images;

namespace CdAutomation.GoogleCloud.Registry;

/// <summary>One page of a tag list: <c>{"name": …, "tags": […]}</c> (OCI distribution specification v1.1, "Listing tags").</summary>
internal static class TagPage
{
    /// <summary>Adds the page's tags to those known.</summary>
    /// <exception cref="RegistryException">It is not a page of tags, or only a part of one.</exception>
    public static void Read(byte[] body, Repository repository, ISet<string> tags)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (document.RootElement.ValueKind is not JsonValueKind.Object || !document.RootElement.TryGetProperty("tags", out var list))
                throw Odd(repository, "it has no 'tags'");
            // Registries written in Go say null for none.
            if (list.ValueKind is JsonValueKind.Null)
                return;
            if (list.ValueKind is not JsonValueKind.Array)
                throw Odd(repository, "its 'tags' is no list");

            foreach (var item in list.EnumerateArray())
            {
                var tag = item.ValueKind is JsonValueKind.String ? item.GetString() : null;
                if (!ImageReference.IsTag(tag))
                    throw Odd(repository, $"it names {Excerpt.Of(tag)}, which is no tag");
                tags.Add(tag);
            }
        }
        catch (JsonException)
        {
            throw Odd(repository, "it is not JSON, or broke off");
        }
        catch (InvalidOperationException)
        {
            // A string of half a surrogate pair is JSON, and no text.
            throw Odd(repository, "it holds text that is none");
        }
    }

    private static RegistryException Odd(Repository repository, string what) =>
        new("registry.odd", $"the tag list of {repository} cannot be used: {what}");
}
