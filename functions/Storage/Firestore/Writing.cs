using Google.Cloud.Firestore.V1;

namespace CdAutomation.Storage.Firestore;

/// <summary>Fields of a document, and the value of each.</summary>
internal sealed class FieldSet : Dictionary<string, Value>
{
    public FieldSet()
        : base(StringComparer.Ordinal)
    {
    }

    /// <summary>The field, where there is a value; without one it is no part of the document, nor of any index.</summary>
    public FieldSet With(string field, Value? value)
    {
        if (value is not null)
            this[field] = value;
        return this;
    }
}

/// <summary>The kinds of writes that the journal is made of.</summary>
internal static class Writing
{
    private static Precondition Absent => new() { Exists = false };

    private static Precondition Present => new() { Exists = true };

    /// <summary>A document that must not be there yet.</summary>
    public static Write Create(string name, FieldSet fields) => new() { Update = Whole(name, fields), CurrentDocument = Absent };

    /// <summary>A document in place of what was read, whether that was a document or none.</summary>
    public static Write Replace(string name, Document? read, FieldSet fields) => new() { Update = Whole(name, fields), CurrentDocument = Unmoved(read) };

    /// <summary>Some fields of a document that must be there; named without a value, a field goes.</summary>
    public static Write Change(string name, FieldSet fields, params ReadOnlySpan<string> gone)
    {
        var write = new Write { Update = Whole(name, fields), UpdateMask = new(), CurrentDocument = Present };
        write.UpdateMask.FieldPaths.AddRange(fields.Keys);
        foreach (var field in gone)
            write.UpdateMask.FieldPaths.Add(field);
        return write;
    }

    /// <summary>The same, of the document as it was read.</summary>
    public static Write From(this Write write, Document read)
    {
        write.CurrentDocument = Unmoved(read);
        return write;
    }

    /// <summary>One more in a field of a document that must be there.</summary>
    public static Write Increment(string name, string field) => new()
    {
        Update = new Document { Name = name },
        UpdateMask = new(),
        UpdateTransforms = { new DocumentTransform.Types.FieldTransform { FieldPath = field, Increment = Fields.Of(1) } },
        CurrentDocument = Present,
    };

    /// <summary>The document goes, if it is as it was read.</summary>
    public static Write Delete(Document read) => new() { Delete = read.Name, CurrentDocument = Unmoved(read) };

    // The time of the last change is the service's own, and no two changes have the same.
    private static Precondition Unmoved(Document? read) => read is null ? Absent : new() { UpdateTime = read.UpdateTime };

    private static Document Whole(string name, FieldSet fields) => new() { Name = name, Fields = { fields } };
}
