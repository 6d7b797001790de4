using System.Reflection;

namespace Google.Cloud.Functions.Hosting;

/// <summary>Where a program of functions begins.</summary>
public static class EntryPoint
{
    /// <summary>
    /// Serves one function of an assembly until the process is told to end (SIGTERM, SIGINT): <c>FUNCTION_TARGET</c> or <c>--target</c>
    /// is its
    /// full type name; <c>PORT</c> or <c>--port</c> the port, 8080 if neither is given. Listens on every address when
    /// <c>DOTNET_RUNNING_IN_CONTAINER</c> is true, otherwise on loopback only.
    /// </summary>
    /// <param name="functionAssembly">Where the function and its startup classes are.</param>
    /// <param name="args">The command line.</param>
    /// <returns>0, the exit code of an orderly end.</returns>
    /// <exception cref="InvalidOperationException">The function named does not exist, or none is named.</exception>
    public static async Task<int> StartAsync(Assembly functionAssembly, string[] args)
    {
        await using var app = FunctionHost.Build(functionAssembly, args);
        await app.RunAsync();
        return 0;
    }
}
