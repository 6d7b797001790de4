using CdAutomation.Delivery;
using CdAutomation.Storage.Firestore;
using CdAutomation.Storage.Sqlite;
using Grpc.Net.Client;
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

    /// <summary>Adds the journal kept in a Firestore database. The host has a <see cref="TimeProvider"/>.</summary>
    /// <param name="services">Where to.</param>
    /// <param name="options">Which database.</param>
    /// <param name="token">Where access tokens come from; asked for with each call, and not at all for an emulator.</param>
    public static IServiceCollection AddFirestoreStorage(
        this IServiceCollection services, FirestoreOptions options, Func<IServiceProvider, CancellationToken, Task<string>> token) => services
        .AddKeyedSingleton(ChannelKey, (_, _) => FirestoreChannel.Connect(options))
        .AddSingleton(host => new FirestoreJournal(Channel(host), options, cancellation => token(host, cancellation), Clock(host)))
        .AddSingleton<IJournal>(host => host.GetRequiredService<FirestoreJournal>())
        .AddSingleton<IFailures>(host => host.GetRequiredService<FirestoreJournal>())
        .AddSingleton<IProbeStore>(host => new FirestoreProbe(Channel(host), options, cancellation => token(host, cancellation), Clock(host)));

    // Under a key: other rooms have channels too.
    private const string ChannelKey = "firestore";

    private static Grpc.Core.CallInvoker Channel(IServiceProvider host) => host.GetRequiredKeyedService<GrpcChannel>(ChannelKey).CreateCallInvoker();

    private static TimeProvider Clock(IServiceProvider host) => host.GetRequiredService<TimeProvider>();
}
