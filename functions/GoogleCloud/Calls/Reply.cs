using System.Diagnostics.CodeAnalysis;

namespace CdAutomation.GoogleCloud.Calls;

/// <summary>Either what was asked for or why it did not come.</summary>
internal readonly record struct Reply<T>(T? Value, CallError? Error)
    where T : class
{
    public bool TryGet([NotNullWhen(true)] out T? value, [NotNullWhen(false)] out CallError? error)
    {
        (value, error) = (Value, Error);
        return value is not null;
    }
}
