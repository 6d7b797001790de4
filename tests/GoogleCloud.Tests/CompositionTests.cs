using CdAutomation.Delivery;
using CdAutomation.GoogleCloud.CloudRun;
using CdAutomation.GoogleCloud.Identity;
using CdAutomation.GoogleCloud.Policies;
using CdAutomation.GoogleCloud.PubSub;
using CdAutomation.GoogleCloud.Registry;
using CdAutomation.GoogleCloud.Verification;
using Microsoft.Extensions.DependencyInjection;

namespace CdAutomation.GoogleCloud.Tests;

public sealed class CompositionTests
{
    [Test]
    public async Task A_host_gets_every_port_and_is_silent_and_unguarded_unless_told_otherwise()
    {
        await using var host = new ServiceCollection().AddGoogleCloud(new GoogleCloudOptions()).BuildServiceProvider(validateScopes: true);

        Assert.That(host.GetRequiredService<ITargets>(), Is.TypeOf<CloudRunTargets>());
        Assert.That(host.GetRequiredService<IVerify>(), Is.TypeOf<HttpVerifier>());
        Assert.That(host.GetRequiredService<IRegistry>(), Is.TypeOf<OciRegistry>());
        Assert.That(host.GetRequiredService<IPolicyArtifacts>(), Is.TypeOf<PolicyArtifacts>());
        Assert.That(host.GetRequiredService<IAnnounce>(), Is.TypeOf<SilentAnnounce>());
        Assert.That(host.GetRequiredService<IAskGates>(), Is.TypeOf<AskGates>());
        Assert.That(host.GetService<GoogleIdentity>(), Is.Null);
        Assert.That(host.GetService<IIdentityTokens>(), Is.Null);
    }

    [Test]
    public async Task A_topic_and_callers_are_taken_from_the_options_and_tokens_from_the_host()
    {
        var tokens = new Tokens();
        await using var host = new ServiceCollection()
            .AddSingleton<IAccessTokens>(tokens)
            .AddGoogleCloud(new GoogleCloudOptions
            {
                PubSub = new PubSubOptions { Topic = "projects/acme/topics/deployments" },
                Webhooks = new() { SendIdentity = true },
                Callers = new GoogleIdentityOptions { Audiences = ["https://f.example.com"] },
            })
            .BuildServiceProvider();

        Assert.That(host.GetRequiredService<IAccessTokens>(), Is.SameAs(tokens));
        Assert.That(host.GetRequiredService<IAnnounce>(), Is.TypeOf<DeploymentsTopic>());
        Assert.That(host.GetRequiredService<GoogleIdentity>(), Is.Not.Null);
        Assert.That(host.GetRequiredService<IIdentityTokens>(), Is.TypeOf<MetadataIdentityTokens>());
        Assert.That(host.GetRequiredService<IAskGates>(), Is.TypeOf<AskGates>());
    }
}
