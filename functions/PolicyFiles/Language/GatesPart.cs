using System.Collections.Immutable;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.PolicyFiles.Language.Model;
using CdAutomation.PolicyFiles.Nodes;

namespace CdAutomation.PolicyFiles.Language;

/// <summary>Reads <c>gates</c>.</summary>
internal static class GatesPart
{
    /// <summary>The gates in the order of the language, without those in which something is wrong.</summary>
    /// <param name="keys">The key files beside the policies; null in the canonical form, which has the keys inside.</param>
    public static ImmutableArray<Gate> Read(Fields gates, KeyFiles? keys, ProblemList problems) =>
        [.. GateModel.Shape.Keys.Where(gates.Has).Select(key => Gate(key, gates, keys, problems)).OfType<Gate>()];

    private static Gate? Gate(Key key, Fields gates, KeyFiles? keys, ProblemList problems)
    {
        if (key == GateModel.Windows)
            return WindowsPart.Read(gates, problems);
        var shape = key.Name == "signature" && keys is null ? new Form.Mapping(GateModel.SignatureWithKey) : key.Form;
        return gates.Mapping(key with { Form = shape }) is not { } fields ? null : key.Name switch
        {
            "build" => Build(fields),
            "approvals" => Approvals(fields, problems),
            "rate" => Rate(fields),
            "webhook" => Webhook(fields, problems),
            "signature" => Signature(fields, keys, problems),
            "vulnerabilities" => fields.Choice(GateModel.Worst, Words.Severities) is { } worst
                ? new Gate.Vulnerabilities(worst, fields.Flag(GateModel.FixableOnly) ?? false)
                : null,
            "provenance" => fields.Text(GateModel.Builder) is { } builder ? new Gate.Provenance(builder, fields.Text(GateModel.Source)) : null,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    private static Gate.Build Build(Fields fields) => new(fields.Word(GateModel.Status) ?? Defaults.BuildStatus,
        [.. fields.Texts(GateModel.Triggers).Select(trigger => trigger.Text)], fields.Text(GateModel.Branch), fields.Text(GateModel.Repository));

    private static Gate.Approvals Approvals(Fields fields, ProblemList problems)
    {
        var count = fields.Whole(GateModel.Count) ?? Defaults.Approvals;
        var from = fields.Texts(GateModel.From);
        foreach (var again in from.GroupBy(item => item.Text, StringComparer.Ordinal).SelectMany(same => same.Skip(1)))
            problems.Error(again.At, "policy.value", $"{Excerpt.Of(again.Text)} stands twice in 'from'");
        if (from is not [] && from.All(item => item.Text.StartsWith("user:", StringComparison.Ordinal)) && from.Length < count)
            problems.Error(fields.ValueAt(GateModel.Count), "policy.impossible",
                $"{count} people must approve, but 'from' names {from.Length}; nothing could ever pass");
        return new Gate.Approvals(count, [.. from.Select(item => item.Text)], fields.Duration(GateModel.Deadline),
            fields.Flag(GateModel.NotAuthor) ?? false);
    }

    private static Gate.Rate? Rate(Fields fields) => (fields.Whole(GateModel.AtMost), fields.Duration(GateModel.Per)) is ({ } most, { } per)
        ? new Gate.Rate(most, per)
        : null;

    private static Gate.Webhook? Webhook(Fields fields, ProblemList problems)
    {
        var timeout = fields.Duration(GateModel.Timeout) ?? Defaults.WebhookTimeout;
        if (fields.Text(GateModel.Url) is not { } url)
            return null;
        if (Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Host is not "" && address.UserInfo is ""
            && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback)))
            return new Gate.Webhook(url, timeout);
        // What stands before an @ may be a password: it is told nowhere.
        problems.Error(fields.ValueAt(GateModel.Url), "policy.url", address is { UserInfo: not "" }
            ? "'url' has a user name or password, which belongs in no policy"
            : $"'url' is {Excerpt.Of(url)}, where an https address is needed (http only for this machine, e.g. http://localhost:8080)");
        return null;
    }

    private static Gate.Signature? Signature(Fields fields, KeyFiles? keys, ProblemList problems)
    {
        var pem = keys is not null ? keys.Find(fields, problems)
            : fields.Text(GateModel.Pem) is { } inline ? KeyFiles.Pem(inline, fields.ValueAt(GateModel.Pem), problems)
            : null;
        return fields.Text(GateModel.PublicKey) is { } path && pem is not null ? new Gate.Signature(path, pem) : null;
    }
}
