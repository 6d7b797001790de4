using System.Collections.Immutable;
using System.Text.Json.Serialization;
using CdAutomation.Domain.Images;

namespace CdAutomation.Domain.Releases;

/// <summary>Something that happened outside, in our words. It is a hint to look, not the truth about a registry.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ImagePushed), "imagePushed")]
[JsonDerivedType(typeof(ImageRemoved), "imageRemoved")]
[JsonDerivedType(typeof(BuildFinished), "buildFinished")]
[JsonDerivedType(typeof(DeployRequested), "deployRequested")]
[JsonDerivedType(typeof(Commanded), "commanded")]
[JsonDerivedType(typeof(PolicyPublished), "policyPublished")]
public abstract record Signal
{
    private Signal() { }

    /// <summary>A manifest came to a registry, or a tag was put on one.</summary>
    public sealed record ImagePushed(Repository Repository, Digest Digest, string? Tag, ArtifactKind Artifact) : Signal;

    /// <summary>A tag or a manifest was deleted.</summary>
    public sealed record ImageRemoved(Repository Repository, string? Tag, Digest? Digest) : Signal;

    /// <summary>A build ended.</summary>
    public sealed record BuildFinished(Build Build) : Signal;

    /// <summary>Somebody asks for one stored image to be deployed.</summary>
    /// <param name="Pipeline">Name of the pipeline.</param>
    /// <param name="Image">Tag or digest, in one of the pipeline's repositories.</param>
    /// <param name="Actor">The verified identity of the request, never a field of it.</param>
    public sealed record DeployRequested(string Pipeline, ImageReference Image, string Actor) : Signal
    {
        /// <summary>The one stage it is for; null for every one.</summary>
        public string? Stage { get; init; }

        /// <summary>The gates that are not to be asked, because somebody breaks the glass; never verification.</summary>
        public ImmutableArray<string> Skips { get; init => field = value.IsDefault ? [] : value; } = [];

        /// <summary>Why; never null where the glass is broken.</summary>
        public string? Reason { get; init; }
    }

    /// <summary>Somebody says something to a pipeline.</summary>
    /// <param name="Pipeline">Name of the pipeline.</param>
    /// <param name="Command">What.</param>
    /// <param name="Actor">The verified identity of the request, never a field of it.</param>
    /// <param name="Principals">What the actor is, as policies name it: <c>user:…</c>, and each <c>group:…</c> that was verified.</param>
    public sealed record Commanded(string Pipeline, Command Command, string Actor, ImmutableArray<string> Principals) : Signal;

    /// <summary>Something came to the repository that policies are published to: policies, or a signature of some.</summary>
    /// <param name="Repository">Where.</param>
    /// <param name="Digest">What.</param>
    /// <param name="Tag">Null for what was pushed by digest.</param>
    public sealed record PolicyPublished(Repository Repository, Digest Digest, string? Tag) : Signal;

    /// <summary>Calls the function of the case.</summary>
    public T Match<T>(
        Func<ImagePushed, T> imagePushed,
        Func<ImageRemoved, T> imageRemoved,
        Func<BuildFinished, T> buildFinished,
        Func<DeployRequested, T> deployRequested,
        Func<Commanded, T> commanded,
        Func<PolicyPublished, T> policyPublished) => this switch
        {
            ImagePushed it => imagePushed(it),
            ImageRemoved it => imageRemoved(it),
            BuildFinished it => buildFinished(it),
            DeployRequested it => deployRequested(it),
            Commanded it => commanded(it),
            PolicyPublished it => policyPublished(it),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
}
