using CdAutomation.Domain.Images;

namespace CdAutomation.PolicyFiles.Nodes;

/// <summary>Reads single values out of nodes, reporting what is wrong.</summary>
internal static class Values
{
    extension(ProblemList problems)
    {
        /// <summary>Reports a word of the language whose time has not come.</summary>
        public void Later(YamlNode.Scalar word) =>
            problems.Error(word.At, "policy.later", $"'{word.Text}' is part of the language but this version does not carry it out yet");

        /// <summary>A text that is not empty, or null.</summary>
        public string? Text(YamlNode node, string what)
        {
            switch (node)
            {
                case YamlNode.Scalar { IsNull: true }:
                    problems.Error(node.At, "policy.type", $"'{what}' has no value, where a text is needed");
                    return null;
                case YamlNode.Scalar { Text: "" }:
                    problems.Error(node.At, "policy.value", $"'{what}' is empty");
                    return null;
                case YamlNode.Scalar { IsNumber: false, Boolean: null } scalar:
                    return scalar.Text;
                case YamlNode.Scalar scalar:
                    problems.Error(node.At, "policy.type",
                        $"'{what}' is {node.Kind}, where a text is needed; write {Excerpt.Of(scalar.Text)} with quotes");
                    return null;
                default:
                    problems.Error(node.At, "policy.type", $"'{what}' is {node.Kind}, where a text is needed");
                    return null;
            }
        }

        /// <summary>True or false, or null where it is neither.</summary>
        public bool? Boolean(YamlNode node, string what)
        {
            if (node is YamlNode.Scalar { Boolean: { } value })
                return value;
            problems.Error(node.At, "policy.type", $"'{what}' is {node.Kind}, where true or false is needed");
            return null;
        }

        /// <summary>One of several words, or the default where it is none of them.</summary>
        public T? Choice<T>(YamlNode node, string what, IReadOnlyDictionary<string, T> words)
            where T : struct
        {
            if (problems.Text(node, what) is not { } text)
                return null;
            if (words.TryGetValue(text, out var value))
                return value;
            problems.Error(node.At, "policy.value", $"'{what}' is {Excerpt.Of(text)}{Nearest.Suggest(text, [.. words.Keys])}");
            return null;
        }
    }
}
