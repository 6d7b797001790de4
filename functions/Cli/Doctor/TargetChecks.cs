using System.Collections.Immutable;
using CdAutomation.Cli.Remote;
using Google.Cloud.Iam.V1;
using Google.Cloud.Run.V2;
using Grpc.Core;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.Cli.Doctor;

/// <summary>Is everything there that images are deployed to, does it answer, and may the functions change it?</summary>
internal sealed class TargetChecks(ApiAnswers api, Func<string, CloudRunApi> run, CloudRunApi.As functions, DoctorPlace place, HttpClient http)
{
    public Examination It => new("targets", LookAsync);

    private async Task<ImmutableArray<CheckResult>> LookAsync(CancellationToken cancellation)
    {
        var status = await api.StatusAsync(cancellation);
        var targets = status.Pipelines.SelectMany(pipeline => pipeline.Stages).SelectMany(stage => stage.Target.Split(", ", StringSplitOptions.RemoveEmptyEntries))
            .Distinct().Select(DeployedTo.Parse).ToList();
        if (targets.Count == 0)
            return [CheckResult.Unknown("targets", "no policies are in force that name one")];
        var found = await Task.WhenAll(targets.SelectMany(target => new[]
        {
            SafelyAsync(target.Check, () => ThereAsync(target, cancellation)),
            SafelyAsync(target.Permission, () => AllowedAsync(target, cancellation)),
        }));
        return [.. found];
    }

    /// <summary>One that cannot be looked at does not hide the others.</summary>
    private static async Task<CheckResult> SafelyAsync(string name, Func<Task<CheckResult>> look)
    {
        try
        {
            return await look();
        }
        catch (RpcException fault) when (fault.StatusCode is not (StatusCode.Unauthenticated or StatusCode.Unavailable))
        {
            return CheckResult.Unknown(name, $"the answer is {fault.StatusCode}: {fault.Status.Detail}");
        }
    }

    private async Task<CheckResult> ThereAsync(DeployedTo target, CancellationToken cancellation)
    {
        using var cloud = run(target.Region);
        var options = await cloud.OptionsAsync(cancellation);
        try
        {
            switch (target.Kind)
            {
                case "jobs":
                    return Settled(target, (await cloud.Jobs.GetJobAsync(new GetJobRequest { Name = target.Name }, options)).TerminalCondition);
                case "workerPools":
                    return Settled(target, (await cloud.WorkerPools.GetWorkerPoolAsync(new GetWorkerPoolRequest { Name = target.Name }, options)).TerminalCondition);
                default:
                    var service = await cloud.Services.GetServiceAsync(new GetServiceRequest { Name = target.Name }, options);
                    var settled = Settled(target, service.TerminalCondition);
                    return settled.State is CheckState.Well ? await AnswersAsync(target, service, cancellation) : settled;
            }
        }
        catch (RpcException missing) when (missing.StatusCode == StatusCode.NotFound)
        {
            return CheckResult.Broken(target.Check, $"{target.Name} is missing, and policies deploy to it", target.Creation(place));
        }
    }

    private static CheckResult Settled(DeployedTo target, Condition? condition) => condition?.State is Condition.Types.State.ConditionFailed
        ? CheckResult.Broken(target.Check, $"{target.Id} is not ready: {condition.Message}", target.Describe)
        : CheckResult.Well(target.Check, $"{target.Id} is there, and ready");

    private async Task<CheckResult> AnswersAsync(DeployedTo target, Service service, CancellationToken cancellation)
    {
        if (service.Uri.Length == 0 || service.Ingress is not (IngressTraffic.All or IngressTraffic.Unspecified))
            return CheckResult.Well(target.Check, $"{target.Id} is there and ready; from here it cannot be visited");
        var address = new Uri(service.Uri);
        // Names below localhost are known to browsers and not to every resolver: the proxy is asked by its own address.
        using var request = new HttpRequestMessage(HttpMethod.Get, place.Up is { } up ? new Uri(up.Services) : address);
        request.Headers.Host = address.Authority;
        try
        {
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            // What it answers is its own affair; that it is not allowed to be visited, too.
            return (int)answer.StatusCode >= 500
                ? CheckResult.Broken(target.Check, $"{target.Id} answers {(int)answer.StatusCode} at {address}", target.Describe)
                : CheckResult.Well(target.Check, $"{target.Id} answers at {address}");
        }
        catch (HttpRequestException fault)
        {
            return CheckResult.Broken(target.Check, $"{target.Id} does not answer at {address}: {fault.Message}", target.Describe);
        }
    }

    private async Task<CheckResult> AllowedAsync(DeployedTo target, CancellationToken cancellation)
    {
        if (functions(target.Region) is not { } cloud)
            return CheckResult.Unknown(target.Permission, $"only {place.Account} itself is told what it may do", PermissionChecks.AsFunctions(place));
        using (cloud)
        {
            string[] wanted = [$"run.{target.Kind.ToLowerInvariant()}.get", $"run.{target.Kind.ToLowerInvariant()}.update"];
            var request = new TestIamPermissionsRequest { Resource = target.Name, Permissions = { wanted } };
            var options = await cloud.OptionsAsync(cancellation);
            var given = (target.Kind switch
            {
                "jobs" => await cloud.Jobs.TestIamPermissionsAsync(request, options),
                "workerPools" => await cloud.WorkerPools.TestIamPermissionsAsync(request, options),
                _ => await cloud.Services.TestIamPermissionsAsync(request, options),
            }).Permissions;
            string[] missing = [.. wanted.Except(given)];
            return missing.Length == 0
                ? CheckResult.Well(target.Permission, $"the functions may read and change {target.Id}")
                : CheckResult.Broken(target.Permission, $"the functions lack {string.Join(" and ", missing)} on {target.Name}", target.Grant(place));
        }
    }
}
