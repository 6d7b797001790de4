using CdAutomation.Domain.Gates;
using CdAutomation.GoogleCloud.Identity;
using CdAutomation.GoogleCloud.Tests.SupplyChain;
using CdAutomation.GoogleCloud.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace CdAutomation.GoogleCloud.Tests.Webhooks;

/// <summary>A web address on this machine, and the question to it.</summary>
internal static class Hook
{
    public static readonly TimeSpan Patient = TimeSpan.FromSeconds(30);

    public static Task<LocalServer> StartAsync(Func<HttpContext, Task> answer) =>
        LocalServer.StartAsync(HttpProtocols.Http1, app => app.Run(context => answer(context)));

    public static Task<Answer> AskAsync(
        LocalServer server,
        TimeSpan? timeout = null,
        Func<WebhookOptions, WebhookOptions>? change = null,
        IIdentityTokens? identity = null,
        IAccessTokens? google = null)
    {
        var options = Asking.At(server.Address);
        return Asking.AskAsync(
            options with { Webhooks = (change ?? (it => it))(options.Webhooks) },
            new Gate.Webhook(new Uri(server.Address, "/gate").AbsoluteUri, timeout ?? Patient), Occurrences.Image, identity, google);
    }

    internal sealed class Identities(bool fails = false) : IIdentityTokens
    {
        public Task<string> GetAsync(string audience, CancellationToken cancellation) => fails
            ? throw new AccessTokenUnavailableException("no token from the test")
            : Task.FromResult($"for {audience}");
    }
}
