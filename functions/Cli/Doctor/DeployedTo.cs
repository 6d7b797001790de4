using CdAutomation.Cli.Commands;

namespace CdAutomation.Cli.Doctor;

/// <summary>What takes an image, by its resource name.</summary>
/// <param name="Name"><c>projects/{project}/locations/{region}/{kind}/{id}</c>.</param>
/// <param name="Project">Id of its project.</param>
/// <param name="Region">Its region.</param>
/// <param name="Kind"><c>services</c>, <c>jobs</c> or <c>workerPools</c>.</param>
/// <param name="Id">Its last part.</param>
internal sealed record DeployedTo(string Name, string Project, string Region, string Kind, string Id)
{
    /// <summary>What the check is called that it is there.</summary>
    public string Check => $"target {Project}/{Region}/{Id}";

    /// <summary>What the check is called that it may be changed.</summary>
    public string Permission => $"permission {Project}/{Region}/{Id}";

    /// <summary>The command that says what is wrong with it.</summary>
    public string Describe => $"gcloud run {Word} describe {Id} --region={Region} --project={Project}";

    private string Word => Kind == "workerPools" ? "worker-pools" : Kind;

    /// <exception cref="ConnectionException">That is no such name.</exception>
    public static DeployedTo Parse(string name) => name.Split('/') is
        ["projects", var project, "locations", var region, ("services" or "jobs" or "workerPools") and var kind, var id]
        ? new(name, project, region, kind, id)
        : throw new ConnectionException($"the functions name a target {name}, which this version does not know; is cdctl older than they are?");

    /// <summary>The command that makes it.</summary>
    public string Creation(DoctorPlace place) => place.Up is not null ? place.Again : Kind switch
    {
        "services" => $"gcloud run deploy {Id} --image=us-docker.pkg.dev/cloudrun/container/hello --region={Region} --project={Project}",
        "jobs" => $"gcloud run jobs create {Id} --image=us-docker.pkg.dev/cloudrun/container/job --region={Region} --project={Project}",
        _ => $"gcloud run worker-pools deploy {Id} --image=us-docker.pkg.dev/cloudrun/container/worker-pool --region={Region} --project={Project}",
    };

    /// <summary>The command that lets the functions change it; the role is that of infra/modules/target.</summary>
    public string Grant(DoctorPlace place) => place.Up is not null
        ? place.Again
        : $"gcloud run {Word} add-iam-policy-binding {Id} --member=serviceAccount:{place.Account} "
            + $"--role=projects/{Project}/roles/cdautomationDeployer --region={Region} --project={Project}";
}
