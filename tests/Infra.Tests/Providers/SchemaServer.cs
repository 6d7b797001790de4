using System.Net;
using CdAutomation.Infra.Tests.Providers.Wire;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace CdAutomation.Infra.Tests.Providers;

/// <summary>The types of one provider.</summary>
internal sealed record ProviderSchema(Block Provider, IReadOnlyDictionary<string, Block> Resources, IReadOnlyDictionary<string, Block> Data);

/// <summary>
/// A provider that knows its schema and nothing else, which is all that <c>terraform validate</c> and tests with <c>mock_provider</c> ask
/// for. Terraform is told of it by <c>TF_REATTACH_PROVIDERS</c>, and then downloads none.
/// </summary>
internal sealed class SchemaServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SchemaServer(WebApplication app) => _app = app;

    /// <summary>Host and port.</summary>
    public string Address => new Uri(_app.Urls.Single()).Authority;

    public static async Task<SchemaServer> StartAsync(ProviderSchema schema)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(it => it.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.Services.AddSingleton(schema);
        builder.Services.AddGrpc(it => it.MaxSendMessageSize = null);
        var app = builder.Build();
        app.MapGrpcService<Service>();
        await app.StartAsync();
        return new(app);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private sealed class Service(ProviderSchema schema) : Provider.ProviderBase
    {
        public override Task<GetProviderSchema.Types.Response> GetProviderSchema(GetProviderSchema.Types.Request request, ServerCallContext context)
        {
            var response = new GetProviderSchema.Types.Response { Provider = SchemaOf(schema.Provider) };
            foreach (var (name, block) in schema.Resources)
                response.ResourceSchemas[name] = SchemaOf(block);
            foreach (var (name, block) in schema.Data)
                response.DataSourceSchemas[name] = SchemaOf(block);
            return Task.FromResult(response);
        }

        public override Task<Validate.Types.ProviderResponse> ValidateProviderConfig(Validate.Types.ProviderRequest request, ServerCallContext context) =>
            Task.FromResult(new Validate.Types.ProviderResponse());

        public override Task<Validate.Types.Response> ValidateResourceConfig(Validate.Types.Request request, ServerCallContext context) =>
            Task.FromResult(new Validate.Types.Response());

        public override Task<Validate.Types.Response> ValidateDataResourceConfig(Validate.Types.Request request, ServerCallContext context) =>
            Task.FromResult(new Validate.Types.Response());

        public override Task<StopProvider.Types.Response> StopProvider(StopProvider.Types.Request request, ServerCallContext context) =>
            Task.FromResult(new StopProvider.Types.Response());

        private static Schema SchemaOf(Block block) => new() { Block = WireOf(block) };

        private static Schema.Types.Block WireOf(Block block) => new()
        {
            Attributes =
            {
                block.Arguments.Select(it => new Schema.Types.Attribute
                {
                    Name = it.Name,
                    Type = ByteString.CopyFromUtf8(it.Type),
                    Required = it.Use == Use.Required,
                    Optional = it.Use is Use.Optional or Use.OptionalComputed,
                    Computed = it.Use is Use.Computed or Use.OptionalComputed,
                }),
            },
            BlockTypes =
            {
                block.Blocks.Select(it => new Schema.Types.NestedBlock
                {
                    TypeName = it.Name,
                    Block = WireOf(it.Body),
                    Nesting = it.Nesting switch
                    {
                        Nesting.Single => Schema.Types.NestedBlock.Types.NestingMode.Single,
                        Nesting.Set => Schema.Types.NestedBlock.Types.NestingMode.Set,
                        _ => Schema.Types.NestedBlock.Types.NestingMode.List,
                    },
                    // A single block is one or none, and Terraform wants no numbers then.
                    MinItems = it.Required && it.Nesting != Nesting.Single ? 1 : 0,
                    MaxItems = it.Many || it.Nesting == Nesting.Single ? 0 : 1,
                }),
            },
        };
    }
}
