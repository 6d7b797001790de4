using System.Collections;
using Google.Api;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using WorkerPool = Google.Cloud.Run.V2.WorkerPool;

namespace CdAutomation.LocalCloud.Run;

/// <summary>
/// Copies between messages field by field. It works on whole messages, so that fields which this build does not know stay where they
/// are; Google.Protobuf's own FieldMask.Merge cannot do maps.
/// </summary>
internal static class MessageFields
{
    /// <summary>Gives a resource that a caller sent the server's fields of the stored one, or none of them.</summary>
    public static void TakeServerFields(IMessage target, IMessage? stored)
    {
        foreach (var field in target.Descriptor.Fields.InDeclarationOrder().Where(IsServers))
            if (stored is null) field.Accessor.Clear(target);
            else Copy(field, stored, target);
    }

    /// <summary>
    /// Applies an update mask (AIP-134) to <paramref name="target"/>; paths of server-written fields are passed over (AIP-203).
    /// </summary>
    /// <exception cref="Grpc.Core.RpcException">INVALID_ARGUMENT: a path that names no field of the resource in snake_case.</exception>
    public static void Merge(FieldMask mask, IMessage source, IMessage target)
    {
        foreach (var path in mask.Paths)
        {
            var steps = path.Split('.');
            var fields = Resolve(target.Descriptor, path, steps);
            if (!IsServers(fields[0])) MergePath(fields, source, target);
        }
    }

    /// <summary>Copies every field that has the same name and type in both kinds of message.</summary>
    public static void CopyShared(IMessage source, IMessage target)
    {
        foreach (var field in source.Descriptor.Fields.InDeclarationOrder())
        {
            var twin = target.Descriptor.FindFieldByName(field.Name);
            if (twin is null || twin.FieldType != field.FieldType) continue;
            if (twin.IsRepeated != field.IsRepeated || twin.IsMap != field.IsMap) continue;
            if (field.FieldType == FieldType.Message && !field.IsMap && field.MessageType != twin.MessageType) continue;
            Copy(field, source, twin, target);
        }
    }

    private static void MergePath(List<FieldDescriptor> fields, IMessage source, IMessage target)
    {
        foreach (var field in fields.Take(fields.Count - 1))
        {
            var from = (IMessage?)field.Accessor.GetValue(source);
            var to = (IMessage?)field.Accessor.GetValue(target);
            if (from is null && to is null) return;
            if (to is null) field.Accessor.SetValue(target, to = field.MessageType.Parser.ParseFrom(ByteString.Empty));
            (source, target) = (from ?? field.MessageType.Parser.ParseFrom(ByteString.Empty), to);
        }

        Copy(fields[^1], source, target);
    }

    private static List<FieldDescriptor> Resolve(MessageDescriptor? message, string path, string[] steps)
    {
        var kind = message == WorkerPool.Descriptor ? "worker pool" : "service";
        var fields = new List<FieldDescriptor>();
        foreach (var step in steps)
        {
            // Only the last step may be repeated or a map, and only messages have anything below them.
            var field = message?.FindFieldByName(step)
                ?? throw Refusal.InvalidArgument($"update_mask: '{Refusal.Shown(path)}' is not a field of a {kind}.");
            fields.Add(field);
            message = field.FieldType == FieldType.Message && !field.IsRepeated && !field.IsMap ? field.MessageType : null;
        }

        return fields;
    }

    private static void Copy(FieldDescriptor field, IMessage source, IMessage target) => Copy(field, source, field, target);

    private static void Copy(FieldDescriptor from, IMessage source, FieldDescriptor to, IMessage target)
    {
        to.Accessor.Clear(target);
        switch (from.Accessor.GetValue(source))
        {
            case IDictionary map:
                var entries = (IDictionary)to.Accessor.GetValue(target);
                foreach (DictionaryEntry entry in map) entries.Add(entry.Key, entry.Value);
                break;
            case IList list:
                var items = (IList)to.Accessor.GetValue(target);
                foreach (var item in list) items.Add(item);
                break;
            case { } value when !from.HasPresence || from.Accessor.HasValue(source):
                to.Accessor.SetValue(target, value);
                break;
        }
    }

    /// <summary>Only the server writes it; <c>name</c> and <c>etag</c> are handled as such here.</summary>
    private static bool IsServers(FieldDescriptor field) =>
        field.Name is "name" or "etag"
        || (field.GetOptions()?.GetExtension(FieldBehaviorExtensions.FieldBehavior)?.Contains(FieldBehavior.OutputOnly) ?? false);
}
