using CdAutomation.Domain.Images;
using CdAutomation.PolicyFiles.Nodes;

namespace CdAutomation.PolicyFiles.Language;

/// <summary>A name that stands somewhere and means something that is declared elsewhere.</summary>
internal sealed record Named(string Name, Position At);

/// <summary>The names that something may have.</summary>
internal sealed class NameTable
{
    // Enough to help; a longer list is no help.
    private const int Suggested = 10;

    private readonly HashSet<string> _all;
    private readonly List<string> _first;

    public NameTable(IEnumerable<string> names)
    {
        _all = new(names, StringComparer.Ordinal);
        _first = [.. _all.Where(Model.Texts.Label.Fits).Order(StringComparer.Ordinal).Take(Suggested)];
    }

    public bool Contains(string name) => _all.Contains(name);

    /// <summary>Reports a name that is none of them.</summary>
    /// <param name="problems">Takes the problem.</param>
    /// <param name="named">The name, where it stands.</param>
    /// <param name="key">The key whose value it is.</param>
    /// <param name="whole">What it is to be one of, e.g. <c>the pipeline's images</c>.</param>
    public void Check(ProblemList problems, Named named, string key, string whole)
    {
        if (!Contains(named.Name))
            problems.Error(named.At, "policy.value",
                $"'{key}' is {Excerpt.Of(named.Name)}, which is none of {whole}{(problems.IsFull ? "" : Nearest.Suggest(named.Name, _first))}");
    }
}
