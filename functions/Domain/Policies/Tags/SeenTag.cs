namespace CdAutomation.Domain.Policies;

/// <summary>A tag, and when it was first seen to point to what it points to.</summary>
/// <param name="Tag">Without the repository.</param>
/// <param name="FirstSeen">The registry's upload time if known; never the image's <c>created</c>, which anybody can write.</param>
public readonly record struct SeenTag(string Tag, DateTimeOffset FirstSeen);
