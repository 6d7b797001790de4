using System.Collections.Immutable;
using System.Globalization;
using CdAutomation.Delivery;
using CdAutomation.Delivery.Policies;
using Google.Cloud.Firestore.V1;

namespace CdAutomation.Storage.Firestore;

/// <content>
/// Which policies are in force, which are not, and who is still to be told. One small document says what is in force (<c>active</c>,
/// <c>commit</c>) and how many refusals and news there were (<c>last</c>); each event reads no more than that.
/// </content>
public sealed partial class FirestoreJournal
{
    private const string Policies = "policies";
    private const string Refusals = "policyRefusals";
    private const string News = "policyNews";

    /// <inheritdoc/>
    public Task<PolicyBundle?> ActivePolicyAsync(CancellationToken cancellation) => _attempts.RunAsync(async token =>
    {
        if (await HeadAsync(token) is not { } head || head.Number("active") is var number && number == 0)
            return null;
        var found = await _calls.GetAsync(BundleName(number), [], token);
        return found?.Json("bundle", StateJson.Default.PolicyBundle) is { } bundle
            ? bundle with { Number = number, Canonical = found.LongText("canonical") }
            : null;
    }, cancellation);

    /// <inheritdoc/>
    public Task<string?> ActiveCommitAsync(CancellationToken cancellation) => _attempts.RunAsync(
        async token => await HeadAsync(token) is { } head && head.Fields.ContainsKey("commit") ? head.Text("commit") : null, cancellation);

    /// <inheritdoc/>
    public Task<PolicyBundle> ActivateAsync(PolicyBundle bundle, long expected, CancellationToken cancellation)
    {
        var kept = bundle with { Number = expected + 1 };
        // The text stands beside: it can be long, and is read as it is.
        var fields = new FieldSet
        {
            ["commit"] = Fields.Of(bundle.Commit),
            ["bundle"] = Fields.Json(bundle with { Canonical = "", Number = 0 }, StateJson.Default.PolicyBundle),
            ["canonical"] = Fields.Text(bundle.Canonical),
        };
        return _attempts.RunAsync(async token =>
        {
            var head = await HeadAsync(token);
            if ((head?.Number("active") ?? 0) != expected)
                throw new PolicyMovedException();

            var last = (head?.Number("last") ?? 0) + 1;
            await _calls.CommitAsync(
            [
                Writing.Replace(HeadName, head, Head(kept.Number, kept.Commit, last)),
                Writing.Create(BundleName(kept.Number), fields),
                Owe(PolicyAnnouncement.Of(kept), last),
            ], token);
            return kept;
        }, cancellation);
    }

    /// <inheritdoc/>
    public Task<bool> RefuseAsync(PolicyRefusal refusal, CancellationToken cancellation)
    {
        var name = _calls.Name(Refusals, DocumentId.Of(refusal.Id));
        return _attempts.RunAsync(async token =>
        {
            var found = await _calls.GetAsync([name, HeadName], ["number", "active", "commit", "last"], token);
            if (found.ContainsKey(name))
                return false;

            var head = found.GetValueOrDefault(HeadName);
            var last = (head?.Number("last") ?? 0) + 1;
            var fields = new FieldSet
            {
                ["number"] = Fields.Of(last),
                ["refusal"] = Fields.Json(refusal, StateJson.Default.PolicyRefusal),
            };
            var commit = head?.Fields.ContainsKey("commit") is true ? head.Text("commit") : null;
            await _calls.CommitAsync(
            [
                Writing.Replace(HeadName, head, Head(head?.Number("active") ?? 0, commit, last)),
                Writing.Create(name, Expiring(fields, refusal.At)),
                Owe(PolicyAnnouncement.Of(refusal), last),
            ], token);
            return true;
        }, cancellation);
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<PolicyRefusal>> PolicyRefusalsAsync(int atMost, CancellationToken cancellation) => FindAsync(
        Queries.On(Refusals).Falling("number"), atMost, document => document.Json("refusal", StateJson.Default.PolicyRefusal)!, cancellation);

    /// <inheritdoc/>
    public Task<ImmutableArray<PolicyAnnouncement>> PolicyNewsAsync(int atMost, CancellationToken cancellation) => FindAsync(
        Queries.On(News).Rising("owed"), atMost, document => document.Json("news", StateJson.Default.PolicyAnnouncement)!, cancellation);

    /// <inheritdoc/>
    public Task PolicyToldAsync(string id, CancellationToken cancellation) => _attempts.RunAsync(async token =>
    {
        var name = _calls.Name(News, DocumentId.Of(id));
        if (await _calls.GetAsync(name, ["owed"], token) is { } owed)
            await _calls.CommitAsync([Writing.Change(name, [], "owed").From(owed)], token);
        return 0;
    }, cancellation);

    private string HeadName => _calls.Name(Heads, Policies);

    private Task<Document?> HeadAsync(CancellationToken cancellation) => _calls.GetAsync(HeadName, [], cancellation);

    private string BundleName(long number) => _calls.Name(Policies, number.ToString("D12", CultureInfo.InvariantCulture));

    private static FieldSet Head(long active, string? commit, long last) => new FieldSet { ["active"] = Fields.Of(active), ["last"] = Fields.Of(last) }
        .With("commit", commit is null ? null : Fields.Of(commit));

    private Write Owe(PolicyAnnouncement news, long number) => Writing.Create(
        _calls.Name(News, DocumentId.Of(news.Id)),
        Expiring(new FieldSet { ["owed"] = Fields.Of(number), ["news"] = Fields.Json(news, StateJson.Default.PolicyAnnouncement) }, news.At));
}
