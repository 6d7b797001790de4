using System.Diagnostics.CodeAnalysis;

namespace Google.Cloud.Functions.Hosting;

/// <summary>Names a startup class of the assembly; several are applied by <see cref="Order"/>, then by name.</summary>
/// <param name="startupType">A <see cref="FunctionsStartup"/>.</param>
[AttributeUsage(AttributeTargets.Assembly | AttributeTargets.Class, AllowMultiple = true)]
public sealed class FunctionsStartupAttribute(
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)] Type startupType) : Attribute
{
    /// <summary>The startup class.</summary>
    [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicParameterlessConstructor)]
    public Type StartupType { get; } = startupType;

    /// <summary>The lowest first.</summary>
    public int Order { get; set; }
}
