using System.Collections.Immutable;
using CdAutomation.Domain.Images;

namespace CdAutomation.Simulation.Scenarios;

/// <summary>A build that ends and has made images of several repositories, or one of several builds of one commit.</summary>
/// <param name="After">When it ends, from the beginning of the run.</param>
/// <param name="Id">Its id.</param>
/// <param name="Commit">What it was made from.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Images">What it made.</param>
internal sealed record JointBuild(TimeSpan After, string Id, string Commit, string Status, ImmutableArray<(Repository Repository, Digest Digest)> Images)
{
    public bool Made(Digest digest) => Images.Any(image => image.Digest == digest);
}

/// <summary>Somebody says yes or no to an image.</summary>
/// <param name="After">When, from the beginning of the run.</param>
/// <param name="Pipeline">In which pipeline.</param>
/// <param name="Stage">At which stage.</param>
/// <param name="Image">By tag or by digest.</param>
/// <param name="Who">Who.</param>
/// <param name="Spelt">How the address is written this time.</param>
/// <param name="Approves">Yes or no.</param>
internal sealed record Voice(TimeSpan After, string Pipeline, string Stage, string Image, Person Who, string Spelt, bool Approves);

/// <summary>Somebody asks for an image and for some gates not to be asked.</summary>
/// <param name="After">When, from the beginning of the run.</param>
/// <param name="Pipeline">Of which pipeline.</param>
/// <param name="Stage">For which stage; null for every one.</param>
/// <param name="Image">By tag or by digest.</param>
/// <param name="Skips">The gates.</param>
internal sealed record Glass(TimeSpan After, string Pipeline, string? Stage, ImageReference Image, ImmutableArray<string> Skips)
{
    /// <summary>Nobody else breaks glass, and this one does nothing else.</summary>
    public const string Actor = "gil@acme.example";
}

/// <summary>Somebody whose identity was verified.</summary>
/// <param name="Address">E-mail address.</param>
/// <param name="Principals">As policies name it.</param>
internal sealed record Person(string Address, ImmutableArray<string> Principals)
{
    public const string Sre = "group:sre@acme.example";

    /// <summary>Everybody who ever votes: two who are of the group, one who is named, one who is nobody.</summary>
    public static ImmutableArray<Person> All { get; } =
    [
        new("ann@acme.example", ["user:ann@acme.example", Sre]),
        new("dan@acme.example", ["user:dan@acme.example", Sre]),
        new("bob@acme.example", ["user:bob@acme.example"]),
        new("eve@acme.example", ["user:eve@acme.example"]),
    ];

    public static Person Of(string address) => All.First(person => person.Address.Equals(address, StringComparison.OrdinalIgnoreCase));
}
