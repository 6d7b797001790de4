using Grpc.Net.Client;

namespace CdAutomation.Storage.Firestore;

/// <summary>Opens connections to the service or to its emulator.</summary>
public static class FirestoreChannel
{
    /// <summary>A channel that connects when it is first used; the caller disposes of it.</summary>
    /// <param name="options">Which service.</param>
    public static GrpcChannel Connect(FirestoreOptions options) => GrpcChannel.ForAddress(
        options.EmulatorHost is { } emulator ? new Uri($"http://{emulator}") : options.Endpoint,
        new GrpcChannelOptions
        {
            HttpHandler = new SocketsHttpHandler { EnableMultipleHttp2Connections = true, ConnectTimeout = TimeSpan.FromSeconds(3) },
            DisposeHttpClient = true,
            // A document has 1 MiB at most, and an answer several of them.
            MaxReceiveMessageSize = 16 * 1024 * 1024,
        });
}
