using CdAutomation.GoogleCloud.Tests.Registry;
using CdAutomation.LocalCloud.Registry;

namespace CdAutomation.GoogleCloud.Tests.SupplyChain;

public sealed class LocalSignatureTests : SignatureContract
{
    private LocalRegistry? _registry;

    protected override async Task<Uri> StartAsync()
    {
        _registry = await LocalRegistry.StartAsync(new LocalRegistryOptions(), CancellationToken.None);
        return new Uri($"http://{_registry.Address}");
    }

    protected override async ValueTask StopAsync()
    {
        if (_registry is { } running)
            await running.DisposeAsync();
        _registry = null;
    }
}

[Category("Registry")]
public sealed class RealSignatureTests : SignatureContract
{
    private DebianRegistry? _registry;

    protected override async Task<Uri> StartAsync()
    {
        _registry = await DebianRegistry.StartAsync(withPassword: false);
        return _registry.Address;
    }

    protected override async ValueTask StopAsync()
    {
        if (_registry is { } running)
            await running.DisposeAsync();
        _registry = null;
    }
}
