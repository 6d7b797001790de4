using System.Collections.Immutable;
using CdAutomation.PolicyFiles.Language;
using CdAutomation.PolicyFiles.Language.Model;
using CdAutomation.PolicyFiles.Nodes;

namespace CdAutomation.PolicyFiles;

/// <summary>Reads policies, strictly: what is not understood is an error at its place, and all errors are told.</summary>
public static class PolicyReader
{
    // A report is read by people, and kept in a journal.
    private const int ProblemsMax = 10_000;

    /// <summary>Reads all files as one set; whatever stands in them, it ends with a reading and not with an exception.</summary>
    /// <param name="files">
    /// In the order in which they are named in the problems: YAML, and the public keys (<c>.pub</c>, <c>.pem</c>) that it names.
    /// </param>
    public static PolicyReading Read(IEnumerable<PolicyFile> files)
    {
        var all = files.ToArray();
        var keys = new KeyFiles(all);
        var gathering = new Gathering();
        var lists = all.Select(file => Read(file, keys, gathering)).ToArray();

        var set = gathering.Close();
        return set with { Problems = Problems(lists) };
    }

    private static ProblemList Read(PolicyFile file, KeyFiles keys, Gathering gathering)
    {
        var problems = new ProblemList(file.Path);
        if (file.Unreadable is { } reason)
            problems.Reasons(new(1, 1), [reason]);
        else if (!KeyFiles.IsKey(file))
        {
            foreach (var document in YamlDocuments.Read(file.Text, problems))
                Read(document, keys, gathering, problems);
        }
        return problems;
    }

    private static void Read(YamlDocument document, KeyFiles keys, Gathering gathering, ProblemList problems)
    {
        var before = problems.Errors;
        if (Head.Read(document.Root, problems) is not { } head)
            return;

        // What the head has wrong keeps the whole document out, but its content is looked at.
        var sound = document.Sound && problems.Errors == before;
        switch (head.Kind)
        {
            case "Pipeline":
                gathering.Add(PipelineDocument.Read(head, PipelineModel.Spec, keys, problems), sound, problems);
                break;
            case "Freeze":
                gathering.Add(FreezeDocument.Read(head, problems), sound, problems);
                break;
            default:
                gathering.Add(TestsPart.Read(head, problems), head, problems);
                break;
        }
    }

    private static ImmutableArray<PolicyProblem> Problems(IEnumerable<ProblemList> lists)
    {
        var problems = ImmutableArray.CreateBuilder<PolicyProblem>();
        foreach (var list in lists)
        {
            problems.AddRange(list.Sorted.Take(ProblemsMax - problems.Count));
            if (problems.Count < ProblemsMax)
                continue;
            problems.Add(new(list.File, 1, 1, ProblemLevel.Error, "policy.more", $"there are {ProblemsMax} problems or more; the rest is not told"));
            break;
        }
        return problems.ToImmutable();
    }
}
