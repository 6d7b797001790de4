using CdAutomation.Domain.Images;
using Google.Cloud.Run.V2;
using Google.LongRunning;

namespace CdAutomation.Simulation.World;

/// <summary>A job as Cloud Run keeps it, its executions, and the images that it was ready to run over time.</summary>
internal sealed class RunJob(string name) : RunTarget(name)
{
    public required Job Body { get; set; }

    /// <summary>As it was before the last write; a read may still show it for a moment.</summary>
    public Job? Before { get; set; }

    /// <summary>The operation of the last write.</summary>
    public Operation? Operation { get; set; }

    /// <summary>By resource name.</summary>
    public Dictionary<string, RunExecution> Executions { get; } = new(StringComparer.Ordinal);

    public static Digest? DigestOf(Job job) =>
        ImageReference.TryParse(job.Template.Template.Containers[0].Image, out var image) ? image.Digest : null;
}

/// <summary>An execution of a job.</summary>
/// <param name="Job">Of which.</param>
/// <param name="Body">As Cloud Run shows it.</param>
/// <param name="Digest">What it runs.</param>
internal sealed record RunExecution(RunJob Job, Execution Body, Digest? Digest)
{
    /// <summary>How it ended; null while it runs.</summary>
    public bool? Well { get; set; }
}

/// <summary>One write of a job that was accepted.</summary>
/// <param name="Job">Which.</param>
/// <param name="Before">What it replaced.</param>
/// <param name="Sent">What was sent.</param>
/// <param name="After">What it became.</param>
internal sealed record JobWrite(RunJob Job, Job Before, Job Sent, Job After) : ITargetWrite
{
    public RunTarget Target => Job;

    public Digest? From => RunJob.DigestOf(Before);

    public Digest? To => RunJob.DigestOf(After);

    public string Image => After.Template.Template.Containers[0].Image;

    public string? Note(string name) => After.Annotations.TryGetValue($"cdautomation.dev/{name}", out var text) ? text : null;
}
