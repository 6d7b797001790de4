using System.Collections.Immutable;
using CdAutomation.Domain;

namespace CdAutomation.PolicyFiles.Nodes;

/// <summary>Gathers the problems of one file.</summary>
internal sealed class ProblemList(string file)
{
    // A file of nothing but mistakes must not become a report that nobody can hold.
    private const int Max = 1_000;

    private readonly List<PolicyProblem> _problems = [];

    /// <summary>How many errors there are; to see whether a part of the file added some.</summary>
    public int Errors { get; private set; }

    /// <summary>Whether nothing more is told, so that no work need be done for a better sentence.</summary>
    public bool IsFull => _problems.Count > Max;

    /// <summary>As the file is named in problems.</summary>
    public string File => file;

    /// <summary>In the order of the lines.</summary>
    public ImmutableArray<PolicyProblem> Sorted => [.. _problems.OrderBy(problem => (problem.Line, problem.Column)).Distinct()];

    /// <summary>Adds an error.</summary>
    public void Error(Position at, string code, string sentence) => Add(at, ProblemLevel.Error, code, sentence);

    /// <summary>Adds the reasons of the domain as errors of this place.</summary>
    public void Reasons(Position at, IEnumerable<Reason> reasons)
    {
        foreach (var reason in reasons)
            Error(at, reason.Code, reason.Sentence);
    }

    /// <summary>Adds a warning.</summary>
    public void Warning(Position at, string code, string sentence) => Add(at, ProblemLevel.Warning, code, sentence);

    private void Add(Position at, ProblemLevel level, string code, string sentence)
    {
        if (level == ProblemLevel.Error)
            Errors++;
        if (_problems.Count < Max)
            _problems.Add(new(file, at.Line, at.Column, level, code, sentence));
        else if (_problems.Count == Max)
            _problems.Add(new(file, at.Line, at.Column, ProblemLevel.Error, "policy.more",
                $"there are more than {Max} problems; the rest is not told"));
    }
}
