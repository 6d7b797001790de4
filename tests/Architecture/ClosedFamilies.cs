using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace CdAutomation.Architecture;

/// <summary>Alternatives are closed: an abstract record, its cases nested in it and sealed, and a Match that names each.</summary>
public sealed class ClosedFamilies
{
    private static readonly Type[] Types =
    [
        .. Repository.Projects
            .Where(it => it.IsRoom && it.RootNamespace.StartsWith("CdAutomation.", StringComparison.Ordinal))
            .SelectMany(it => Assembly.Load($"CdAutomation.{it.Name}").GetTypes()),
    ];

    private static readonly Type[] Families = [.. Types.Where(IsFamily)];

    private static IEnumerable<MethodInfo> Matches =>
        Families.SelectMany(family => family.GetMethods(Everything).Where(it => it.Name == "Match"));

    private const BindingFlags Everything = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    [Test]
    public void The_families_are_found() => Assert.That(
        Families.Select(it => it.Name), Is.SupersetOf(new[] { "Signal", "Effect", "StepResult", "TagLookup", "Gate" }));

    [Test]
    public void An_abstract_record_is_a_closed_family() => Findings.None(
        "An abstract record has its cases nested in it; anything else is not closed.",
        Types.Where(it => it.IsAbstract && IsRecord(it) && !IsFamily(it)).Select(it => it.FullName!));

    [Test]
    public void Every_case_is_sealed_and_nested_in_its_family() => Findings.None(
        "A case is sealed and nested in its family.",
        from type in Types
        where Families.Contains(Open(type.BaseType)) && !(type.IsSealed && type.DeclaringType == Open(type.BaseType))
        select type.FullName);

    [Test]
    public void Nobody_outside_can_add_a_case() => Findings.None(
        "A family without parameters of its own has a private constructor.",
        from family in Families
        from constructor in family.GetConstructors(Everything)
        where constructor.GetParameters().Length == 0 && !constructor.IsPrivate
        select family.FullName);

    [TestCaseSource(nameof(Matches))]
    public void Match_calls_the_function_of_the_case(MethodInfo match)
    {
        var cases = CasesOf(match.DeclaringType!);
        var whole = match.MakeGenericMethod([.. match.GetGenericArguments().Select(_ => typeof(string))]);
        var functions = whole.GetParameters().Select(it => NameOfArgument(it.ParameterType)).ToArray();
        foreach (var one in cases)
        {
            // Not constructed: only what it is counts here.
            var chosen = whole.Invoke(RuntimeHelpers.GetUninitializedObject(one), functions);
            Assert.That(chosen, Is.EqualTo(one.Name));
        }

        Assert.That(whole.GetParameters().Select(it => it.Name!.ToUpperInvariant()), Is.EquivalentTo(cases.Select(it => it.Name.ToUpperInvariant())));
    }

    private static bool IsFamily(Type type) => type.IsAbstract && IsRecord(type) && CasesOf(type).Length > 0;

    private static Type[] CasesOf(Type family) =>
        [.. family.GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic).Where(it => Open(it.BaseType) == family)];

    private static Type? Open(Type? type) => type is { IsGenericType: true } ? type.GetGenericTypeDefinition() : type;

    // The one member that the compiler gives to records and nothing else can declare.
    private static bool IsRecord(Type type) => type.IsClass && type.GetMethod("<Clone>$") is not null;

    /// <summary>A function that answers with the name of the type it takes.</summary>
    private static Delegate NameOfArgument(Type function)
    {
        var taken = function.GetGenericArguments()[0];
        return Expression.Lambda(function, Expression.Constant(taken.Name), Expression.Parameter(taken)).Compile();
    }
}
