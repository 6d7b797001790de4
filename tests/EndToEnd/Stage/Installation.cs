using Google.Cloud.Run.V2;
using Grpc.Net.Client;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.EndToEnd.Stage;

/// <summary>What the functions are installed with in a test, whoever runs them: their project, its topics, a token, a policy's commit.</summary>
internal static class Installation
{
    public const string Project = "local";
    public const string Token = "a token for the tests alone";

    /// <summary>A policy is known by the commit it comes from.</summary>
    public const string Commit = "0123456789abcdef0123456789abcdef01234567";

    public static string Topic(string id) => $"projects/{Project}/topics/{id}";

    public static string Subscription(string id) => $"projects/{Project}/subscriptions/{id}";

    /// <summary>An operator makes each service once, with any image: here acme/hello:latest, which no pipeline knows.</summary>
    /// <param name="run">The local Cloud Run's <c>host:port</c>.</param>
    /// <param name="services">Their ids.</param>
    public static async Task FoundAsync(string run, params string[] services)
    {
        using var channel = GrpcChannel.ForAddress($"http://{run}");
        foreach (var service in services)
        {
            var container = new Container { Image = $"{Policies.Host}/acme/hello:latest" };
            await new Services.ServicesClient(channel).CreateServiceAsync(new CreateServiceRequest
            {
                Parent = $"projects/{Policies.Project}/locations/{Policies.Region}",
                ServiceId = service,
                Service = new Service { Template = new RevisionTemplate { Containers = { container } } },
            });
        }
    }
}
