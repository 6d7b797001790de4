using Microsoft.AspNetCore.Http;

namespace Google.Cloud.Functions.Framework;

/// <summary>A function that answers HTTP requests itself.</summary>
public interface IHttpFunction
{
    /// <summary>Answers a request. When it throws, the host answers 500.</summary>
    Task HandleAsync(HttpContext context);
}
