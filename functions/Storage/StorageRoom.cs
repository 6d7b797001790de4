using CdAutomation.Delivery;
using CdAutomation.Storage.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace CdAutomation.Storage;

/// <summary>Puts the room together.</summary>
public static class StorageRoom
{
    /// <summary>Adds the journal kept in one SQLite file.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="path">The file; its folder is made where there is none.</param>
    public static IServiceCollection AddSqliteStorage(this IServiceCollection services, string path) => services
        .AddSingleton(_ =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            return SqliteJournal.Open(path);
        })
        .AddSingleton<IJournal>(host => host.GetRequiredService<SqliteJournal>())
        .AddSingleton<IFailures>(host => host.GetRequiredService<SqliteJournal>())
        .AddSingleton<IProbeStore>(new StoreProbe(path));
}
