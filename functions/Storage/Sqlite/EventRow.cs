using System.Text.Json;
using CdAutomation.Delivery;
using Microsoft.Data.Sqlite;

namespace CdAutomation.Storage.Sqlite;

/// <summary>A row of the event table.</summary>
internal static class EventRow
{
    public const string Columns = "key, topic, message_id, published_at, received_at, signal, refusal, size, times, settled, origin";

    public static JournalEvent Read(SqliteDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.GetString(2),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(3)),
        DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(4)),
        row.IsDBNull(5) ? null : JsonSerializer.Deserialize(row.GetString(5), StateJson.Default.Signal),
        row.IsDBNull(6) ? null : JsonSerializer.Deserialize(row.GetString(6), StateJson.Default.Reason),
        row.GetInt64(7),
        row.GetInt32(8),
        row.GetInt64(9) == 1)
    {
        Origin = row.IsDBNull(10) ? null : row.GetString(10),
    };
}
