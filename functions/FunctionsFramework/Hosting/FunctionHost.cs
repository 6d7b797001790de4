using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Reflection;
using Google.Cloud.Functions.Framework;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Google.Cloud.Functions.Hosting;

/// <summary>Builds the web application that serves one function.</summary>
internal static partial class FunctionHost
{
    private const string TargetKey = "FUNCTION_TARGET";
    private const string PortKey = "PORT";

    public static WebApplication Build(Assembly assembly, string[] args)
    {
        // What a container image sets for ASP.NET Core (ASPNETCORE_URLS, _HTTP_PORTS) would only bring a warning beside PORT. No watcher
        // on the settings file: it costs start-up time.
        var builder = WebApplication.CreateSlimBuilder(["--hostBuilder:reloadConfigOnChange=false", "--urls=", "--http_ports="]);
        builder.Configuration.AddCommandLine(
            args is [var only] ? ["--target", only] : args,
            new Dictionary<string, string> { ["--target"] = TargetKey, ["--port"] = PortKey });

        var context = new WebHostBuilderContext { Configuration = builder.Configuration, HostingEnvironment = builder.Environment };
        var startups = Startups(assembly);
        Array.ForEach(startups, startup => startup.ConfigureAppConfiguration(context, builder.Configuration));
        Array.ForEach(startups, startup => startup.ConfigureLogging(context, builder.Logging));
        Array.ForEach(startups, startup => startup.ConfigureServices(context, builder.Services));

        var function = Function(assembly, builder.Configuration);
        AddFunction(builder.Services, function);
        builder.WebHost.ConfigureKestrel(server => server.Listen(Address(builder.Configuration), Port(builder.Configuration)));

        var app = builder.Build();
        Array.ForEach(startups, startup => startup.Configure(context, app));
        app.Map("/robots.txt", NotFound);
        app.Map("/favicon.ico", NotFound);
        ((IApplicationBuilder)app).Run(http => http.RequestServices.GetRequiredService<IHttpFunction>().HandleAsync(http));
        Serving(app.Logger, function.FullName!);
        return app;
    }

    private static FunctionsStartup[] Startups(Assembly assembly) =>
    [
        .. assembly.GetCustomAttributes<FunctionsStartupAttribute>()
            .OrderBy(named => named.Order).ThenBy(named => named.StartupType.FullName, StringComparer.Ordinal)
            .Select(named => Activator.CreateInstance(named.StartupType) as FunctionsStartup
                ?? throw new InvalidOperationException($"{named.StartupType} is named as a startup class and is no FunctionsStartup.")),
    ];

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "A trimmed program keeps its functions by AddScoped<T>().")]
    [UnconditionalSuppressMessage("Trimming", "IL2073", Justification = "The same: AddScoped<T>() keeps the constructors.")]
    [return: DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)]
    private static Type Function(Assembly assembly, ConfigurationManager configuration)
    {
        var target = configuration[TargetKey];
        if (string.IsNullOrEmpty(target))
            throw new InvalidOperationException($"{TargetKey} is not set; it names the function to serve, by its full type name.");
        return assembly.GetType(target)
            ?? throw new InvalidOperationException($"{TargetKey} is '{target}', and {assembly.GetName().Name} has no such type.");
    }

    private static void AddFunction(
        IServiceCollection services, [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] Type function)
    {
        if (typeof(IHttpFunction).IsAssignableFrom(function))
            services.AddScoped(typeof(IHttpFunction), function);
        else if (typeof(ICloudEventFunction).IsAssignableFrom(function))
            services.AddScoped(typeof(ICloudEventFunction), function).AddScoped<IHttpFunction, CloudEventAdapter>();
        else
            throw new InvalidOperationException($"{function.FullName} is neither an IHttpFunction nor an ICloudEventFunction.");
    }

    internal static IPAddress Address(ConfigurationManager configuration) =>
        string.Equals(configuration["DOTNET_RUNNING_IN_CONTAINER"], "true", StringComparison.OrdinalIgnoreCase)
            ? IPAddress.Any
            : IPAddress.Loopback;

    private static int Port(ConfigurationManager configuration) => configuration[PortKey] switch
    {
        null or "" => 8080,
        var text when ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) => port,
        var text => throw new InvalidOperationException($"{PortKey} is '{text}', which is no port number."),
    };

    private static void NotFound(IApplicationBuilder app) => app.Run(http =>
    {
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    });

    [LoggerMessage(1, LogLevel.Information, "Serving function {Function}")]
    private static partial void Serving(ILogger log, string function);
}
