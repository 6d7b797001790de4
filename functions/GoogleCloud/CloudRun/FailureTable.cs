using CdAutomation.Domain.Targets;
using Google.Cloud.Run.V2;
using Grpc.Core;
using static Google.Cloud.Run.V2.Condition.Types;

namespace CdAutomation.GoogleCloud.CloudRun;

/// <summary>What each reason, text and code of Cloud Run means to us (run.proto, Condition; texts as they were seen).</summary>
internal static class FailureTable
{
    /// <param name="Code">Ours, stable.</param>
    /// <param name="Sentence">What it means, and how to mend it.</param>
    /// <param name="Passing">It may well succeed when tried again.</param>
    public sealed record Meaning(string Code, string Sentence, bool Passing = false);

    private static readonly Meaning ImageMissing = new("run.imageMissing", "the image is not in its registry");
    private static readonly Meaning ImageDenied = new("run.imageDenied",
        "Cloud Run may not read the image: grant its service agent roles/artifactregistry.reader on the repository");
    private static readonly Meaning ImagePlatform = new("run.imagePlatform", "the image was not built for linux/amd64");
    private static readonly Meaning ImageImport = new("run.imageImport", "Cloud Run could not copy the image", Passing: true);
    private static readonly Meaning DidNotStart = new("run.didNotStart",
        "the container did not start, or did not listen on the port that PORT names, in time");
    private static readonly Meaning SecretDenied = new("run.secretDenied",
        "a secret cannot be read: it must exist, and the service's account needs roles/secretmanager.secretAccessor on it");
    private static readonly Meaning Internal = new("run.internal", "Cloud Run had a fault of its own", Passing: true);
    private static readonly Meaning Retrying = new("run.retrying", "Cloud Run is still trying", Passing: true);
    private static readonly Meaning RevisionFailed = new("run.revisionFailed", "the revision did not become ready");
    private static readonly Meaning Quota = new("run.quota", "a quota of Cloud Run is used up for now", Passing: true);
    private static readonly Meaning Unreachable = new("run.unreachable", "Cloud Run did not answer", Passing: true);

    private static readonly (string Part, Meaning Meaning)[] Texts =
    [
        ("failed to start and listen", DidNotStart),
        ("failed the configured startup probe", DidNotStart),
        ("must support amd64/linux", ImagePlatform),
        ("does not support image", ImagePlatform),
        ("Container import failed", ImageImport),
        ("does not exist or is deleted. Update all traffic", new("run.trafficRevision", "traffic names a revision that does not exist")),
        ("on secret", SecretDenied),
        ("iam.serviceaccounts.actAs", new("run.actAs",
            "our account may not deploy as the service's account: grant roles/iam.serviceAccountUser on that account")),
    ];

    /// <summary>By a reason that says enough; null for none, or one that does not.</summary>
    public static Meaning? ByReason(Condition condition) => condition.ReasonsCase switch
    {
        Condition.ReasonsOneofCase.Reason => OfCommon(condition.Reason),
        Condition.ReasonsOneofCase.RevisionReason => OfRevision(condition.RevisionReason),
        _ => null,
    };

    /// <summary>By a reason behind which the text may say more.</summary>
    public static Meaning? ByVagueReason(Condition condition) => condition.ReasonsCase is Condition.ReasonsOneofCase.Reason
        ? condition.Reason switch
        {
            CommonReason.Internal => Internal,
            CommonReason.RevisionFailed => RevisionFailed,
            _ => null,
        }
        : null;

    /// <summary>By what the message says.</summary>
    public static Meaning? ByText(string text)
    {
        foreach (var (part, meaning) in Texts)
        {
            if (text.Contains(part, StringComparison.OrdinalIgnoreCase))
                return meaning;
        }

        return text.Contains("Image '", StringComparison.Ordinal) && text.Contains("not found", StringComparison.Ordinal)
            ? ImageMissing
            : null;
    }

    /// <summary>By the code with which an operation ended.</summary>
    public static Meaning ByCode(StatusCode code) => code switch
    {
        StatusCode.NotFound => ImageMissing,
        StatusCode.PermissionDenied => new("run.denied", "a permission is missing"),
        StatusCode.ResourceExhausted => Quota,
        StatusCode.Unavailable or StatusCode.DeadlineExceeded or StatusCode.Aborted => Unreachable,
        _ => RevisionFailed,
    };

    /// <summary>By the code with which a call was refused.</summary>
    public static Meaning ByRefusal(StatusCode code, TargetKind kind) => code switch
    {
        StatusCode.NotFound => kind switch
        {
            TargetKind.Service => Missing("run.serviceMissing", "service"),
            TargetKind.Job => Missing("run.jobMissing", "job"),
            _ => Missing("run.workerPoolMissing", "worker pool"),
        },
        StatusCode.PermissionDenied => new("run.denied",
            "our account may not: grant it roles/run.developer on it and roles/iam.serviceAccountUser on its account"),
        StatusCode.InvalidArgument => new("run.invalid", "Cloud Run does not accept it as it would become: mend its settings"),
        StatusCode.FailedPrecondition or StatusCode.AlreadyExists or StatusCode.OutOfRange or StatusCode.Unimplemented =>
            new("run.refused", "Cloud Run refuses the change"),
        StatusCode.ResourceExhausted => Quota,
        StatusCode.Unauthenticated => new("run.unauthenticated", "Cloud Run was not shown an identity it accepts", Passing: true),
        StatusCode.Aborted => new("run.contended", "somebody else keeps writing it", Passing: true),
        StatusCode.Internal or StatusCode.Unknown or StatusCode.DataLoss => Internal,
        _ => Unreachable,
    };

    private static Meaning Missing(string code, string what) =>
        new(code, $"there is no such {what}, and only its owner makes one: create it, then ask again");

    private static Meaning? OfCommon(CommonReason reason) => reason switch
    {
        CommonReason.ContainerMissing => ImageMissing,
        CommonReason.ContainerPermissionDenied => ImageDenied,
        CommonReason.ContainerImageUnauthorized => new("run.imageUnauthorized", "Binary Authorization does not admit the image"),
        CommonReason.ContainerImageAuthorizationCheckFailed =>
            new("run.imageCheckFailed", "Binary Authorization could not be asked", Passing: true),
        CommonReason.ProgressDeadlineExceeded => new("run.tooSlow", "the revision did not become ready in the time Cloud Run gives"),
        CommonReason.EncryptionKeyPermissionDenied => new("run.keyDenied",
            "the encryption key cannot be used: grant Cloud Run's service agent roles/cloudkms.cryptoKeyEncrypterDecrypter on it"),
        CommonReason.EncryptionKeyCheckFailed => new("run.keyCheckFailed", "the encryption key could not be checked", Passing: true),
        CommonReason.SecretsAccessCheckFailed => SecretDenied,
        CommonReason.VpcNetworkNotFound => new("run.networkMissing", "the VPC network or connector of the service does not exist"),
        CommonReason.WaitingForOperation or CommonReason.ImmediateRetry or CommonReason.PostponedRetry => Retrying,
        _ => null,
    };

    private static Meaning? OfRevision(RevisionReason reason) => reason switch
    {
        RevisionReason.HealthCheckContainerError => DidNotStart,
        RevisionReason.MinInstancesNotProvisioned =>
            new("run.minInstances", "the minimum number of instances could not be started", Passing: true),
        RevisionReason.ActiveRevisionLimitReached =>
            new("run.revisionLimit", "the region has no room for another serving revision: remove tags or traffic from old ones"),
        RevisionReason.Pending or RevisionReason.Recreating => Retrying,
        _ => null,
    };
}
