using System.Collections.Immutable;
using CdAutomation.Cli.DeadLetters;
using Google.Cloud.Iam.V1;

namespace CdAutomation.Cli.Doctor;

/// <summary>May the functions tell what they deployed?</summary>
/// <param name="functions">Pub/Sub, asked as the functions; null where their token is not known.</param>
/// <param name="place">What there must be.</param>
internal sealed class PermissionChecks(PubSubPlace? functions, DoctorPlace place)
{
    /// <summary>An access token of the account that the functions run as: nobody else is told what that account may do.</summary>
    public const string TokenVariable = "CDAUTOMATION_FUNCTIONS_TOKEN";

    private const string Publish = "pubsub.topics.publish";
    private const string Name = "permission deployments";

    public Examination It => new(Name, LookAsync);

    /// <summary>The command that lets the doctor ask as the functions.</summary>
    public static string AsFunctions(DoctorPlace place) =>
        $"export {TokenVariable}=$(gcloud auth print-access-token --impersonate-service-account={place.Account})";

    private async Task<ImmutableArray<CheckResult>> LookAsync(CancellationToken cancellation)
    {
        if (functions is null)
            return [CheckResult.Unknown(Name, $"only {place.Account} itself is told what it may do", AsFunctions(place))];
        var headers = await functions.HeadersAsync(cancellation);
        var given = await new IAMPolicy.IAMPolicyClient(functions.Invoker).TestIamPermissionsAsync(
            new TestIamPermissionsRequest { Resource = place.Deployments, Permissions = { Publish } }, headers, cancellationToken: cancellation);
        return given.Permissions.Contains(Publish)
            ? [CheckResult.Well(Name, $"the functions may publish to {place.Deployments}")]
            : [CheckResult.Broken(Name, $"the functions lack {Publish} on {place.Deployments}", Grant())];
    }

    private string Grant() => place.Up is null
        ? $"gcloud pubsub topics add-iam-policy-binding deployments --member=serviceAccount:{place.Account} --role=roles/pubsub.publisher --project={place.Project}"
        : place.Again;
}
