using CdAutomation.Domain.Releases;

namespace CdAutomation.Domain.Gates;

/// <summary>A gate's question about one image at one stage, for whoever answers it elsewhere.</summary>
/// <param name="Gate">What is asked; <see cref="Gate.IsAskedElsewhere"/>.</param>
/// <param name="Pipeline">Name of the pipeline.</param>
/// <param name="Stage">Name of the stage.</param>
/// <param name="Image">About what.</param>
/// <param name="Commit">The policy commit.</param>
public sealed record GateQuestion(Gate Gate, string Pipeline, string Stage, ReleaseImage Image, string Commit);
