using Google.Cloud.Firestore.V1;
using static Google.Cloud.Firestore.V1.StructuredQuery.Types;
using Operator = Google.Cloud.Firestore.V1.StructuredQuery.Types.FieldFilter.Types.Operator;

namespace CdAutomation.Storage.Firestore;

/// <summary>A query on one collection.</summary>
internal static class Queries
{
    public static StructuredQuery On(string collection) => new() { From = { new CollectionSelector { CollectionId = collection } } };

    /// <summary>Only with a field so; several are joined by "and".</summary>
    public static StructuredQuery Where(this StructuredQuery query, string field, Operator how, Value value)
    {
        query.Where ??= new() { CompositeFilter = new() { Op = CompositeFilter.Types.Operator.And } };
        query.Where.CompositeFilter.Filters.Add(new Filter { FieldFilter = new() { Field = Field(field), Op = how, Value = value } });
        return query;
    }

    public static StructuredQuery Rising(this StructuredQuery query, string field) => query.Ordered(field, Direction.Ascending);

    public static StructuredQuery Falling(this StructuredQuery query, string field) => query.Ordered(field, Direction.Descending);

    public static StructuredQuery AtMost(this StructuredQuery query, int count)
    {
        query.Limit = count;
        return query;
    }

    /// <summary>Only some fields of what is found.</summary>
    public static StructuredQuery Only(this StructuredQuery query, params ReadOnlySpan<string> fields)
    {
        query.Select = new();
        foreach (var field in fields)
            query.Select.Fields.Add(Field(field));
        return query;
    }

    /// <summary>The query for people, in the manner of SQL, with ? for each value.</summary>
    public static string Text(this StructuredQuery query)
    {
        var fields = query.Select is { Fields: [_, ..] selected } ? string.Join(", ", selected.Select(field => field.FieldPath)) : "*";
        var where = query.Where is { CompositeFilter.Filters: var filters }
            ? $" where {string.Join(" and ", filters.Select(filter => $"{filter.FieldFilter.Field.FieldPath} {filter.FieldFilter.Op} ?"))}"
            : "";
        var order = query.OrderBy.Count == 0 ? "" : $" order by {string.Join(", ", query.OrderBy.Select(each => $"{each.Field.FieldPath} {each.Direction}"))}";
        return $"select {fields} from {query.From[0].CollectionId}{where}{order}{(query.Limit is { } limit ? $" limit {limit}" : "")}";
    }

    private static StructuredQuery Ordered(this StructuredQuery query, string field, Direction direction)
    {
        query.OrderBy.Add(new Order { Field = Field(field), Direction = direction });
        return query;
    }

    private static FieldReference Field(string field) => new() { FieldPath = field };
}
