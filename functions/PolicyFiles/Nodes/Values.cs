using System.Collections.Immutable;
using System.Globalization;
using CdAutomation.Domain.Images;
using CdAutomation.PolicyFiles.Language.Model;

namespace CdAutomation.PolicyFiles.Nodes;

/// <summary>Reads single values out of nodes, reporting what is wrong.</summary>
internal static class Values
{
    extension(ProblemList problems)
    {
        /// <summary>A text of a form, or null.</summary>
        public string? Text(YamlNode node, string what, Form.Text form)
        {
            if (problems.Text(node, what) is not { } text)
                return null;
            if (form.Fits(text))
                return text;
            problems.Error(node.At, "policy.value", $"'{what}' is {Excerpt.Of(text)}, where it is to be {form.Wanted}");
            return null;
        }

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
                    if (IsUnicode(scalar.Text))
                        return scalar.Text;
                    problems.Error(node.At, "policy.value", $"'{what}' is {Excerpt.Of(scalar.Text)}, in which half of a surrogate pair stands alone");
                    return null;
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
        public bool? Flag(YamlNode node, string what)
        {
            if (node is YamlNode.Scalar { Boolean: { } value })
                return value;
            problems.Error(node.At, "policy.type", $"'{what}' is {node.Kind}, where true or false is needed");
            return null;
        }

        /// <summary>One of several words, or null where it is none of them.</summary>
        public string? Word(YamlNode node, string what, ImmutableArray<string> words)
        {
            if (problems.Text(node, what) is not { } text)
                return null;
            if (words.Contains(text))
                return text;
            problems.Error(node.At, "policy.value", $"'{what}' is {Excerpt.Of(text)}{Nearest.Suggest(text, words)}");
            return null;
        }

        /// <summary>A whole number within bounds, or null.</summary>
        public int? Whole(YamlNode node, string what, Form.Whole form)
        {
            if (node is not YamlNode.Scalar { IsNumber: true } scalar)
            {
                problems.Error(node.At, "policy.type", $"'{what}' is {node.Kind}, where a whole number without quotes is needed");
                return null;
            }
            if (int.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                && number >= form.Least && number <= form.Most)
                return number;
            problems.Error(node.At, "policy.value",
                $"'{what}' is {Excerpt.Of(scalar.Text)}, where a whole number from {form.Least} to {form.Most} is needed");
            return null;
        }

        /// <summary>A share written in percent, from 0 to 1, or null.</summary>
        public decimal? Share(YamlNode node, string what)
        {
            if (node is YamlNode.Scalar { IsNumber: true } number)
            {
                problems.Error(node.At, "policy.type", $"'{what}' is the number {Excerpt.Of(number.Text)}, where a share such as 1% is needed");
                return null;
            }
            if (problems.Text(node, what) is not { } text)
                return null;
            if (Percents.TryRead(text) is { } share)
                return share;
            problems.Error(node.At, "policy.value", $"'{what}' is {Excerpt.Of(text)}, where a share from 0% to 100% is needed, e.g. 0.5%");
            return null;
        }

        /// <summary>A span of time within bounds, or null.</summary>
        public TimeSpan? Duration(YamlNode node, string what, Form.Duration form)
        {
            if (node is YamlNode.Scalar { IsNumber: true } number)
            {
                problems.Error(node.At, "policy.type",
                    $"'{what}' is the bare number {Excerpt.Of(number.Text)}, which has no unit; write e.g. {Excerpt.Of(number.Text + "m")} for minutes");
                return null;
            }
            if (problems.Text(node, what) is not { } text)
                return null;
            if (!Durations.TryRead(text, out var span, out var why))
                problems.Error(node.At, "policy.duration", $"'{what}' is {Excerpt.Of(text)}, {why}");
            else if (span < form.Least || span > form.Most)
                problems.Error(node.At, "policy.duration",
                    $"'{what}' is {Excerpt.Of(text)}, where {Durations.Write(form.Least)} to {Durations.Write(form.Most)} is possible");
            else
                return span;
            return null;
        }

        /// <summary>The items of a list; empty where it is none.</summary>
        public ImmutableArray<YamlNode> Items(YamlNode node, string what, Form.List form)
        {
            if (node is not YamlNode.Sequence list)
            {
                problems.Error(node.At, "policy.type", form.Item is Form.Text
                    ? $"'{what}' is {node.Kind}, where a list of texts is needed"
                    : $"'{what}' is {node.Kind}, where a list is needed; begin {form.ItemName} with '- '");
                return [];
            }
            if (list.Items is [] && !form.MayBeEmpty)
                problems.Error(list.At, "policy.value", $"'{what}' is an empty list{(form.Hint is null ? $", where {form.ItemName} is needed" : $"; {form.Hint}")}");
            return list.Items;
        }
    }

    private static bool IsUnicode(string text)
    {
        for (var i = text.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF'); i >= 0 && i < text.Length; i++)
        {
            if (char.IsSurrogate(text[i]) && !(i + 1 < text.Length && char.IsSurrogatePair(text[i], text[++i])))
                return false;
        }
        return true;
    }
}
