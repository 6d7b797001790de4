using System.Collections.Immutable;

namespace CdAutomation.Domain.Gates;

/// <summary>One named question about a release at a stage. The family is closed: who adds a gate is led here by the compiler.</summary>
public abstract record Gate
{
    private Gate() { }

    /// <summary>The word that the policy uses for it.</summary>
    public abstract string Name { get; }

    /// <summary>Whether the answer must be fetched from elsewhere, so that a decision can only go by what was answered before.</summary>
    public virtual bool IsAskedElsewhere => false;

    /// <summary>No freeze may be in force.</summary>
    /// <param name="Freezes">Those that hold the pipeline.</param>
    public sealed record Frozen(ImmutableArray<Freeze> Freezes) : Gate
    {
        /// <inheritdoc/>
        public override string Name => "freeze";
    }

    /// <summary>An earlier stage must have proved the release for some time. Each release ages on its own.</summary>
    /// <param name="Stage">Name of the stage.</param>
    /// <param name="SoakTime">Counted from when all of that stage served it; zero asks for no more than that it did.</param>
    public sealed record After(string Stage, TimeSpan SoakTime) : Gate
    {
        /// <inheritdoc/>
        public override string Name => "after";
    }

    /// <summary>The image must have been in the registry for some time, by the registry's clock and never by the image's.</summary>
    public sealed record Age(TimeSpan Minimum) : Gate
    {
        /// <inheritdoc/>
        public override string Name => "minimumReleaseAge";
    }

    /// <summary>The image must run on a platform.</summary>
    /// <param name="Wanted">Operating system and architecture, e.g. <c>linux/amd64</c>.</param>
    public sealed record Platform(string Wanted) : Gate
    {
        /// <inheritdoc/>
        public override string Name => "platform";

        /// <inheritdoc/>
        public override bool IsAskedElsewhere => true;
    }

    /// <summary>The image must come from a Cloud Build build that ended as asked; joined by digest, never by tag or name.</summary>
    /// <param name="Status">The build's status, e.g. <c>SUCCESS</c>.</param>
    /// <param name="Triggers">Names or ids of the build triggers allowed; empty allows a build without a trigger too.</param>
    /// <param name="Branch">A glob of <c>*</c> and <c>?</c> over the whole branch name, or null for any.</param>
    /// <param name="Repository">The source repository as Cloud Build names it, <c>owner/name</c>, or null for any.</param>
    public sealed record Build(string Status, ImmutableArray<string> Triggers, string? Branch, string? Repository) : Gate
    {
        /// <inheritdoc/>
        public override string Name => "build";
    }

    /// <summary>The instant must lie in a window that allows it, if there is one, and in none that denies it.</summary>
    /// <param name="All">Never empty.</param>
    public sealed record Windows(ImmutableArray<Window> All) : Gate
    {
        /// <inheritdoc/>
        public override string Name => "windows";
    }

    /// <summary>The stage may take only so many releases within a span.</summary>
    /// <param name="AtMost">From 1 to 100.</param>
    /// <param name="Per">The span, which slides.</param>
    public sealed record Rate(int AtMost, TimeSpan Per) : Gate
    {
        /// <inheritdoc/>
        public override string Name => "rate";
    }

    /// <summary>People must have approved the release for the stage, under the policy in force.</summary>
    /// <param name="Count">How many different people.</param>
    /// <param name="From">Who may, e.g. <c>group:sre@acme.example</c>, <c>user:ann@acme.example</c>; empty allows everybody who is let in.</param>
    /// <param name="Deadline">How long they have, from when they could first be asked; null for ever.</param>
    /// <param name="NotAuthor">Whether the voice of the commit's author does not count.</param>
    public sealed record Approvals(int Count, ImmutableArray<string> From, TimeSpan? Deadline, bool NotAuthor) : Gate
    {
        /// <inheritdoc/>
        public override string Name => "approvals";
    }

    /// <summary>A web address must answer that it may.</summary>
    /// <param name="Url">https, or http on this machine.</param>
    /// <param name="Timeout">Longer is no answer.</param>
    public sealed record Webhook(string Url, TimeSpan Timeout) : Gate
    {
        /// <inheritdoc/>
        public override string Name => "webhook";

        /// <inheritdoc/>
        public override bool IsAskedElsewhere => true;
    }

    /// <summary>The digest must bear a signature of cosign's that a key verifies.</summary>
    /// <param name="PublicKey">The file in which the policy's repository keeps the key.</param>
    /// <param name="Pem">The key itself, PEM.</param>
    public sealed record Signature(string PublicKey, string Pem) : Gate
    {
        /// <inheritdoc/>
        public override string Name => "signature";

        /// <inheritdoc/>
        public override bool IsAskedElsewhere => true;
    }

    /// <summary>Artifact Analysis must have finished looking, and found nothing worse.</summary>
    /// <param name="AtMost">The worst severity that passes.</param>
    /// <param name="FixableOnly">Whether only what has a fix counts.</param>
    public sealed record Vulnerabilities(Severity AtMost, bool FixableOnly) : Gate
    {
        /// <inheritdoc/>
        public override string Name => "vulnerabilities";

        /// <inheritdoc/>
        public override bool IsAskedElsewhere => true;
    }

    /// <summary>Artifact Analysis must know the build that made the digest.</summary>
    /// <param name="Builder">Who must have built it, e.g. <c>cloud-build</c>.</param>
    /// <param name="Repository">From which source repository, e.g. <c>github.com/acme/app</c>, or null for any.</param>
    public sealed record Provenance(string Builder, string? Repository) : Gate
    {
        /// <inheritdoc/>
        public override string Name => "provenance";

        /// <inheritdoc/>
        public override bool IsAskedElsewhere => true;
    }

    /// <summary>Calls the function of the case.</summary>
    public T Match<T>(
        Func<Frozen, T> frozen,
        Func<After, T> after,
        Func<Age, T> age,
        Func<Platform, T> platform,
        Func<Build, T> build,
        Func<Windows, T> windows,
        Func<Rate, T> rate,
        Func<Approvals, T> approvals,
        Func<Webhook, T> webhook,
        Func<Signature, T> signature,
        Func<Vulnerabilities, T> vulnerabilities,
        Func<Provenance, T> provenance) => this switch
        {
            Frozen it => frozen(it),
            After it => after(it),
            Age it => age(it),
            Platform it => platform(it),
            Build it => build(it),
            Windows it => windows(it),
            Rate it => rate(it),
            Approvals it => approvals(it),
            Webhook it => webhook(it),
            Signature it => signature(it),
            Vulnerabilities it => vulnerabilities(it),
            Provenance it => provenance(it),
            _ => throw new System.Diagnostics.UnreachableException(),
        };
}

/// <summary>How bad a vulnerability is (grafeas.v1.Severity), from the least.</summary>
public enum Severity
{
    /// <summary>Hardly.</summary>
    Minimal,

    /// <summary>A little.</summary>
    Low,

    /// <summary>Fairly.</summary>
    Medium,

    /// <summary>Bad.</summary>
    High,

    /// <summary>Very bad; where it is the worst that passes, all pass.</summary>
    Critical,
}
