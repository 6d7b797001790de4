using System.Collections.Immutable;
using System.Text.Json;
using CdAutomation.Delivery;
using CdAutomation.Delivery.Policies;
using Microsoft.Data.Sqlite;

namespace CdAutomation.Storage.Sqlite;

/// <content>Which policies are in force, which are not, and who is still to be told.</content>
public sealed partial class SqliteJournal
{
    /// <inheritdoc/>
    public Task<PolicyBundle?> ActivePolicyAsync(CancellationToken cancellation) => _database.ReadAsync(read => read
        .Rows("select number, bundle, canonical from policy_bundle order by number desc limit 1", BundleOf)
        .FirstOrDefault(), cancellation);

    /// <inheritdoc/>
    public Task<string?> ActiveCommitAsync(CancellationToken cancellation) => _database.ReadAsync(read => read
        .Rows("select policy_commit from policy_bundle order by number desc limit 1", row => row.GetString(0))
        .FirstOrDefault(), cancellation);

    /// <inheritdoc/>
    public Task<PolicyBundle> ActivateAsync(PolicyBundle bundle, long expected, CancellationToken cancellation)
    {
        // The text stands beside: it can be long, and is read as it is.
        var named = JsonSerializer.Serialize(bundle with { Canonical = "", Number = 0 }, StateJson.Default.PolicyBundle);
        return _database.WriteAsync(write =>
        {
            if (write.Scalar<long>("select coalesce(max(number), 0) from policy_bundle") != expected)
                throw new PolicyMovedException();

            var number = write.Scalar<long>(
                "insert into policy_bundle (policy_commit, bundle, canonical) values (@commit, @bundle, @canonical) returning number",
                ("@commit", bundle.Commit),
                ("@bundle", named),
                ("@canonical", bundle.Canonical));
            var kept = bundle with { Number = number };
            Owe(write, PolicyAnnouncement.Of(kept));
            return kept;
        }, cancellation);
    }

    /// <inheritdoc/>
    public Task<bool> RefuseAsync(PolicyRefusal refusal, CancellationToken cancellation) => _database.WriteAsync(write =>
    {
        var added = write.Execute(
            "insert into policy_refusal (id, refusal) values (@id, @refusal) on conflict (id) do nothing",
            ("@id", refusal.Id),
            ("@refusal", JsonSerializer.Serialize(refusal, StateJson.Default.PolicyRefusal)));
        if (added == 1)
            Owe(write, PolicyAnnouncement.Of(refusal));
        return added == 1;
    }, cancellation);

    /// <inheritdoc/>
    public Task<ImmutableArray<PolicyRefusal>> PolicyRefusalsAsync(int atMost, CancellationToken cancellation) => _database.ReadAsync(read => read.Rows(
        "select refusal from policy_refusal order by number desc limit @atMost",
        row => JsonSerializer.Deserialize(row.GetString(0), StateJson.Default.PolicyRefusal)!,
        ("@atMost", atMost)), cancellation);

    /// <inheritdoc/>
    public Task<ImmutableArray<PolicyAnnouncement>> PolicyNewsAsync(int atMost, CancellationToken cancellation) => _database.ReadAsync(read => read.Rows(
        "select news from policy_news where told = 0 order by number limit @atMost",
        row => JsonSerializer.Deserialize(row.GetString(0), StateJson.Default.PolicyAnnouncement)!,
        ("@atMost", atMost)), cancellation);

    /// <inheritdoc/>
    public Task PolicyToldAsync(string id, CancellationToken cancellation) =>
        _database.WriteAsync(write => write.Execute("update policy_news set told = 1 where id = @id", ("@id", id)), cancellation);

    private static PolicyBundle BundleOf(SqliteDataReader row) =>
        JsonSerializer.Deserialize(row.GetString(1), StateJson.Default.PolicyBundle)! with { Number = row.GetInt64(0), Canonical = row.GetString(2) };

    private static void Owe(Session write, PolicyAnnouncement news) => write.Execute(
        "insert into policy_news (id, news) values (@id, @news) on conflict (id) do nothing",
        ("@id", news.Id),
        ("@news", JsonSerializer.Serialize(news, StateJson.Default.PolicyAnnouncement)));
}
