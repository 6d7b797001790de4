using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace CdAutomation.Domain;

/// <summary>A value, or every problem that kept us from it; never the first problem alone.</summary>
/// <typeparam name="T">What was to be read. A <typeparamref name="T"/> that exists is valid.</typeparam>
public sealed class Parsed<T>
    where T : class
{
    private readonly T? _value;

    private Parsed(T? value, ImmutableArray<Reason> problems) => (_value, Problems) = (value, problems);

    /// <summary>Empty exactly when there is a value.</summary>
    public ImmutableArray<Reason> Problems { get; }

    /// <summary>Gives the value where there is one.</summary>
    public bool TryGetValue([NotNullWhen(true)] out T? value) => (value = _value) is not null;

    /// <summary>A value without problems.</summary>
    public static implicit operator Parsed<T>(T value) => new(value, []);

    /// <summary>No value, for one reason.</summary>
    public static implicit operator Parsed<T>(Reason problem) => new(null, [problem]);

    /// <summary>No value, for several reasons.</summary>
    /// <param name="problems">At least one.</param>
#pragma warning disable CA1000 // Parsed<Thing>.Refused(...) says which thing was refused; a second, non-generic class would not.
    public static Parsed<T> Refused(ImmutableArray<Reason> problems) => problems.IsEmpty
        ? throw new ArgumentException("A refusal needs a reason.", nameof(problems))
        : new(null, problems);
#pragma warning restore CA1000
}
