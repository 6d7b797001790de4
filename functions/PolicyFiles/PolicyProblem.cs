namespace CdAutomation.PolicyFiles;

/// <summary>How bad a problem is.</summary>
public enum ProblemLevel
{
    /// <summary>The policies cannot come into force.</summary>
    Error,

    /// <summary>They can, but hardly as they were meant.</summary>
    Warning,
}

/// <summary>What is wrong in a file, where, and what would be right.</summary>
/// <param name="File">The path as it was given.</param>
/// <param name="Line">From 1.</param>
/// <param name="Column">From 1, in characters.</param>
/// <param name="Level">Whether it keeps the policies out of force.</param>
/// <param name="Code">Stable, e.g. <c>policy.unknownKey</c>.</param>
/// <param name="Sentence">For people, without a full stop.</param>
public sealed record PolicyProblem(string File, int Line, int Column, ProblemLevel Level, string Code, string Sentence)
{
    /// <summary>The form that editors and continuous integration recognise: <c>file:line:column: level: code: sentence</c>.</summary>
    public override string ToString() =>
        $"{File}:{Line}:{Column}: {(Level == ProblemLevel.Error ? "error" : "warning")}: {Code}: {Sentence}";
}
