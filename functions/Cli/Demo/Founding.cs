namespace CdAutomation.Cli.Demo;

/// <summary>The image that the services of the local Cloud Run are made with, as an operator makes them once on Google Cloud.</summary>
/// <param name="Host">The registry that it is named by; its bytes are in ours.</param>
/// <param name="Path">Its repository's path.</param>
/// <param name="Tag">Its tag.</param>
/// <param name="Image">What is pushed there.</param>
internal sealed record Founding(string Host, string Path, string Tag, DemoImage Image)
{
    /// <summary>A page of ours under the name of Google's own sample image: the pipeline does not know it, so its first release is a first one.</summary>
    public static Founding Placeholder { get; } = new(
        "us-docker.pkg.dev", "cloudrun/container/hello", "latest", DemoImage.Answering("this service waits for its first deploy"));

    /// <summary>Whether it is a release of a pipeline, which counts as what was released before.</summary>
    public bool IsRelease => this != Placeholder;

    /// <summary>As a service names it.</summary>
    public string Reference => $"{Host}/{Path}:{Tag}";
}
