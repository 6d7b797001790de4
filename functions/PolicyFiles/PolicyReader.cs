using System.Collections.Immutable;
using CdAutomation.Domain.Policies;
using CdAutomation.PolicyFiles.Language;
using CdAutomation.PolicyFiles.Nodes;

namespace CdAutomation.PolicyFiles;

/// <summary>Reads policies, strictly: what is not understood is an error at its place, and all errors are told.</summary>
public static class PolicyReader
{
    /// <summary>Reads all files as one set; whatever stands in them, it ends with a reading and not with an exception.</summary>
    /// <param name="files">In the order in which they are named in the problems.</param>
    public static PolicyReading Read(IEnumerable<PolicyFile> files)
    {
        var pipelines = ImmutableSortedDictionary.CreateBuilder<string, PipelinePolicy>(StringComparer.Ordinal);
        var problems = ImmutableArray.CreateBuilder<PolicyProblem>();
        var claims = new Claims();

        foreach (var file in files)
        {
            var ofFile = new ProblemList(file.Path);
            foreach (var document in YamlDocuments.Read(file.Text, ofFile))
            {
                if (PipelineDocument.Read(document.Root, ofFile) is not { } pipeline)
                    continue;
                if (claims.Add(file.Path, pipeline, ofFile) && document.Sound && pipeline.Policy is { } policy)
                    pipelines.Add(policy.Name, policy);
            }
            problems.AddRange(ofFile.Sorted);
        }
        return new(pipelines.ToImmutable(), problems.ToImmutable());
    }

    /// <summary>Who has said a name, or taken a target, first.</summary>
    private sealed class Claims
    {
        private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);
        private readonly Dictionary<string, string> _targets = new(StringComparer.Ordinal);

        /// <summary>Whether the pipeline takes nothing that another has.</summary>
        public bool Add(string path, PipelineDocument pipeline, ProblemList problems)
        {
            var before = problems.Errors;
            var where = $"{path}:{pipeline.NameAt.Line}";
            if (pipeline.Name is { } name && !_names.TryAdd(name, where))
                problems.Error(pipeline.NameAt, "policy.duplicateName", $"a pipeline '{name}' stands in {_names[name]} already");

            foreach (var placed in pipeline.Targets)
            {
                var target = placed.Target.ResourceName;
                if (!_targets.TryAdd(target, $"pipeline '{pipeline.Name}' in {path}:{placed.At.Line}"))
                    problems.Error(placed.At, "policy.duplicateTarget",
                        $"the target {target} is taken by {_targets[target]} already; two pipelines would undo each other");
            }
            return problems.Errors == before;
        }
    }
}
