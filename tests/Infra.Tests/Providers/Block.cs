using System.Collections.Immutable;

namespace CdAutomation.Infra.Tests.Providers;

/// <summary>What may stand in a block of a Terraform configuration, and what must.</summary>
internal sealed record Block(ImmutableArray<Argument> Arguments, ImmutableArray<InnerBlock> Blocks);

/// <summary>A name with a value.</summary>
/// <param name="Name">As it is written in Terraform.</param>
/// <param name="Type">Terraform's type as JSON, e.g. <c>"string"</c> or <c>["map","string"]</c>.</param>
/// <param name="Use">Who gives the value.</param>
internal sealed record Argument(string Name, string Type, Use Use);

/// <summary>A block inside of another.</summary>
/// <param name="Name">As it is written in Terraform.</param>
/// <param name="Nesting">How many there may be, and whether their order means something.</param>
/// <param name="Required">Whether at least one must be there.</param>
/// <param name="Many">Whether there may be more than one.</param>
/// <param name="Body">What stands inside.</param>
internal sealed record InnerBlock(string Name, Nesting Nesting, bool Required, bool Many, Block Body);

internal enum Use
{
    Required,
    Optional,

    /// <summary>The provider gives it; nobody may set it.</summary>
    Computed,

    /// <summary>The provider gives it where nobody sets it.</summary>
    OptionalComputed,
}

internal enum Nesting
{
    Single,
    List,
    Set,
}
