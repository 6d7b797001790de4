using System.Collections.Immutable;
using CdAutomation.Domain.Gates;
using CdAutomation.PolicyFiles.Language.Model;
using CdAutomation.PolicyFiles.Nodes;

namespace CdAutomation.PolicyFiles.Language;

/// <summary>A document of the kind <c>Freeze</c>, as far as it could be read.</summary>
/// <param name="Name">Null where it has none that can be used.</param>
/// <param name="NameAt">Where the name stands.</param>
/// <param name="Except">The pipelines that it names, where it names them.</param>
/// <param name="Freeze">Null where the document has an error.</param>
internal sealed record FreezeDocument(string? Name, Position NameAt, ImmutableArray<Named> Except, Freeze? Freeze)
{
    private const string Prefix = "pipeline:";

    /// <summary>Reads the <c>spec</c> of a freeze.</summary>
    public static FreezeDocument Read(Head head, ProblemList problems)
    {
        if (head.Spec is not { } node || Fields.Of(node, WindowModel.Freeze, problems) is not { } spec)
            return new(head.Name, head.NameAt, [], null);

        var span = WindowsPart.Once(spec, problems);
        var zone = problems.TimeZone(spec);
        var reason = spec.Text(WindowModel.Reason);
        var except = spec.Texts(WindowModel.Except).Select(item => new Named(item.Text[Prefix.Length..], item.At)).ToImmutableArray();
        foreach (var again in except.GroupBy(named => named.Name, StringComparer.Ordinal).SelectMany(same => same.Skip(1)))
            problems.Error(again.At, "policy.value", $"the pipeline '{again.Name}' stands twice in 'except'");

        return new(head.Name, head.NameAt, except, head.Name is null || span is null || zone is null
            ? null
            : new Freeze(head.Name, span, zone, reason, [.. except.Select(named => named.Name).Order(StringComparer.Ordinal)]));
    }
}
