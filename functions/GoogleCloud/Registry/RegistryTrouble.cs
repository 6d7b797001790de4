using System.Net;
using CdAutomation.Domain;
using CdAutomation.Domain.Images;

namespace CdAutomation.GoogleCloud.Registry;

/// <summary>What an answer means that is none.</summary>
internal static class RegistryTrouble
{
    public static Reason Of(RegistryAnswer answer, Repository repository) => answer.Status switch
    {
        HttpStatusCode.Unauthorized => new("registry.unauthorized", $"{repository.Host} does not accept who we are"),
        HttpStatusCode.Forbidden => new("registry.denied",
            $"{repository} may not be read: grant our account roles/artifactregistry.reader on it, or configure a user that may"),
        HttpStatusCode.TooManyRequests => new("registry.throttled", $"{repository.Host} asks us to come again later{Later(answer)}"),
        HttpStatusCode.NotFound => new("registry.odd", $"{repository}: a 404 that the registry gives no reason for"),
        >= HttpStatusCode.Ambiguous and < HttpStatusCode.BadRequest =>
            new("registry.redirected", $"{repository.Host} sends us elsewhere ({(int)answer.Status}), where we do not follow"),
        >= HttpStatusCode.InternalServerError => new("registry.unreachable", $"{repository.Host} answers {(int)answer.Status}"),
        _ => new("registry.odd", $"{repository.Host} answers {(int)answer.Status} to a question about {repository}"),
    };

    private static string Later(RegistryAnswer answer) =>
        answer.RetryAfter is { } wait ? $", in {wait.TotalSeconds:0} s" : "";
}
