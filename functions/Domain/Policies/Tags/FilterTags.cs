namespace CdAutomation.Domain.Policies;

/// <summary>Flux's <c>filterTags</c>: only tags that match are looked at, and a part of them may be what is compared.</summary>
/// <param name="Pattern">A regular expression in Go's syntax, unanchored unless it says <c>^</c> and <c>$</c>.</param>
/// <param name="Extract">
/// A template of Go's <c>Regexp.Expand</c> (<c>$1</c>, <c>${1}</c>, <c>$name</c>, <c>${name}</c>), or null for the whole tag.
/// </param>
public sealed record FilterTags(string Pattern, string? Extract = null);
