using System.Collections.Immutable;
using CdAutomation.Delivery;
using CdAutomation.Delivery.Policies;
using CdAutomation.Domain;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Policies;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Rollouts.Analysis;

namespace CdAutomation.GoogleCloud.Tests.Rollouts;

/// <content>What is made up: the registry's answers, the policy in force, and who is told.</content>
internal sealed partial class House
{
    Task<TagLookup> IRegistry.ResolveAsync(Repository repository, string reference, CancellationToken cancellation) => Task.FromResult<TagLookup>(
        Digest.TryParse(reference, out var named) ? new TagLookup.Found(named)
        : _tags.TryGetValue((repository, reference), out var digest) ? new TagLookup.Found(digest)
        : new TagLookup.Missing());

    Task<TagListing> IRegistry.ListAsync(Repository repository, CancellationToken cancellation) => Task.FromResult<TagListing>(
        new TagListing.Complete([.. _tags.Keys.Where(key => key.Item1 == repository).Select(key => key.Tag).Order(StringComparer.Ordinal)]));

    Parsed<PolicySet> IReadPolicies.Read(string canonical, string commit)
    {
        Assert.That(TagRule.SemverRange.Parse(">=1.0.0").TryGetValue(out var range) & TagSpec.Create([], [], null, range!).TryGetValue(out var tags));
        var images = Names().ToImmutableSortedDictionary(name => name, Images.RepositoryOf);
        var policy = new PipelinePolicy("shop", images, tags!, [_stage]) { Match = images.Count > 1 ? ReleaseMatch.Tag : null };
        return new PolicySet(commit, ImmutableSortedDictionary<string, PipelinePolicy>.Empty.Add("shop", policy));
    }

    Task<PolicyFetch> IPolicyArtifacts.FetchAsync(Repository repository, Digest digest, CancellationToken cancellation) =>
        Task.FromResult<PolicyFetch>(new PolicyFetch.Missing());

    Task<Parsed<Period>> IMeasure.MeasureAsync(Effect.Measure order, CancellationToken cancellation) => throw new NotSupportedException();

    Task<Answer> IAskGates.AskAsync(GateQuestion question, CancellationToken cancellation) => throw new NotSupportedException();

    Task<StepResult> IAnnounce.TellAsync(Announcement announcement, CancellationToken cancellation)
    {
        Alive();
        Announced.Add(announcement);
        return Task.FromResult<StepResult>(new StepResult.Done(null));
    }

    Task<StepResult> IAnnounce.TellAsync(PolicyAnnouncement announcement, CancellationToken cancellation) =>
        Task.FromResult<StepResult>(new StepResult.Done(null));
}
