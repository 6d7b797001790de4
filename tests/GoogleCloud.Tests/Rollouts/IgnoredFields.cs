using System.Collections;
using System.Reflection;
using System.Text.RegularExpressions;
using Google.Api;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace CdAutomation.GoogleCloud.Tests.Rollouts;

/// <summary>
/// The fields that <c>infra/README.md</c> tells users of Terraform to ignore, and what a resource is without them. Terraform names fields as
/// the proto does, with <c>[0]</c> behind each block.
/// </summary>
internal sealed partial class IgnoredFields
{
    private static readonly string Infra =
        typeof(IgnoredFields).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(it => it.Key == "Infra").Value!;

    private readonly string[] _paths;

    private IgnoredFields(string[] paths) => _paths = paths;

    public IReadOnlyList<string> Paths => _paths;

    /// <summary>As the page says for a kind of resource, <c>google_cloud_run_v2_job</c> say.</summary>
    public static IgnoredFields Documented(string resource) => In("README.md", $@"# {resource}\s*\nlifecycle \{{\s*");

    /// <summary>As a module does for the resource in it.</summary>
    public static IgnoredFields Applied(string file) => In(file, "");

    /// <summary>Those that are not the same in both.</summary>
    public IEnumerable<string> Differing(IMessage one, IMessage other) => _paths.Where(path => !Equals(ValueAt(one, path), ValueAt(other, path)));

    /// <summary>What is left of a resource for Terraform to look at: without these fields, and without those that the server writes.</summary>
    public T Rest<T>(T resource) where T : IMessage<T>
    {
        var rest = resource.Clone();
        foreach (var path in _paths)
        {
            var (parent, field) = Walk(rest, path);
            field.Accessor.Clear(parent);
        }

        foreach (var field in rest.Descriptor.Fields.InDeclarationOrder().Where(IsServers))
            field.Accessor.Clear(rest);
        return rest;
    }

    private static IgnoredFields In(string file, string before)
    {
        var found = Regex.Match(File.ReadAllText(Path.Combine(Infra, file)), before + @"(#[^\n]*\n\s*)*ignore_changes = \[(?<list>[^=]*?)\n\s*\]");
        Assert.That(found.Success, $"infra/{file} says nothing of ignore_changes for {before}");
        return new([.. Field().Matches(found.Groups["list"].Value).Select(it => it.Groups["path"].Value)]);
    }

    private static object? ValueAt(IMessage resource, string path)
    {
        var (parent, field) = Walk(resource, path);
        return field.Accessor.GetValue(parent);
    }

    private static (IMessage Parent, FieldDescriptor Field) Walk(IMessage resource, string path)
    {
        var steps = path.Split('.');
        foreach (var step in steps[..^1])
        {
            var value = FieldOf(resource, step[..step.IndexOf('[', StringComparison.Ordinal)]).Accessor.GetValue(resource);
            resource = value is IList list ? (IMessage)list[int.Parse(step[(step.IndexOf('[', StringComparison.Ordinal) + 1)..^1])]! : (IMessage)value;
        }

        return (resource, FieldOf(resource, steps[^1]));
    }

    private static FieldDescriptor FieldOf(IMessage message, string name) =>
        message.Descriptor.FindFieldByName(name) ?? throw new InvalidOperationException($"{message.Descriptor.Name} has no field {name}");

    private static bool IsServers(FieldDescriptor field) =>
        field.Name == "etag" || (field.GetOptions()?.GetExtension(FieldBehaviorExtensions.FieldBehavior)?.Contains(FieldBehavior.OutputOnly) ?? false);

    [GeneratedRegex(@"^\s*(?<path>[a-z_0-9.\[\]]+),", RegexOptions.Multiline)]
    private static partial Regex Field();
}
