using System.Reflection;

namespace CdAutomation.Architecture;

/// <summary>References point downward only, and rooms of one floor never meet.</summary>
public sealed class Floors
{
    /// <summary>A room, and the rooms it may name. LocalCloud stands in for Google: sharing a room with us it would share our mistakes.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["GoogleApis"] = [],
        ["FunctionsFramework"] = [],
        ["Domain"] = [],
        ["PolicyFiles"] = ["Domain"],
        ["Delivery"] = ["Domain"],
        ["Storage"] = ["Delivery", "Domain"],
        ["GoogleCloud"] = ["Delivery", "Domain"],
        ["Datadog"] = ["Delivery", "Domain"],
        ["LocalCloud"] = [],
        ["Triggers"] = ["Datadog", "Delivery", "GoogleCloud", "PolicyFiles", "Storage"],
        ["Cli"] = ["LocalCloud", "Triggers"],
    };

    /// <summary>The ground is reached by a property, so that no project knows which of the two builds it is in.</summary>
    private static readonly Dictionary<string, (string Property, string[] Users)> Ground = new()
    {
        ["GoogleApis"] = ("UsesGoogleApis", ["GoogleCloud", "LocalCloud", "Storage", "Cli"]),
        ["FunctionsFramework"] = ("UsesFunctionsFramework", ["Triggers"]),
    };

    /// <summary>Calendars with their time zones inside, and versions: both compute and do nothing else.</summary>
    private static readonly string[] Pure = ["NodaTime", "Semver"];

    private static Project[] Rooms => [.. Repository.Projects.Where(it => it.IsRoom)];

    private static string[] Compiled => [.. Allowed.Keys.Except(Ground.Keys)];

    [Test]
    public void Every_room_has_a_floor_and_every_floor_its_room() =>
        Assert.That(Rooms.Select(it => it.Name), Is.EquivalentTo(Allowed.Keys));

    [Test]
    public void A_project_bears_the_name_of_its_folder() => Findings.None(
        "One project a folder, named as it is.",
        Repository.Projects
            .Where(it => it.Folder is var folder && folder != $"functions/{it.Name}" && folder != $"tests/{it.Name}")
            .Select(it => it.File));

    [Test]
    public void Rooms_name_only_the_rooms_below_them() => Findings.None(
        "A room names only the rooms that its floor allows.",
        from room in Rooms
        from name in room.References
        where !Allowed[room.Name].Contains(name)
        select $"{room.File} references {name}");

    [Test]
    public void Nothing_is_referenced_past_projects_and_packages() => Findings.None(
        "Rooms reference projects and packages, no assembly files.",
        from room in Rooms from name in room.Assemblies select $"{room.File} references {name}");

    [Test]
    public void The_ground_is_reached_by_its_property_alone() => Findings.None(
        "GoogleApis and FunctionsFramework are referenced by Directory.Build.targets, for the rooms that talk to Google.",
        from project in Repository.Projects
        from ground in Ground
        where project.References.Contains(ground.Key) && project.Name != $"{ground.Key}.Tests"
            || project.IsRoom && project.Property(ground.Value.Property) is not null && !ground.Value.Users.Contains(project.Name)
        select $"{project.File}: {ground.Key}");

    [Test]
    public void Only_the_shared_targets_name_the_ground()
    {
        var targets = Repository.Text("Directory.Build.targets");
        foreach (var (room, (property, _)) in Ground)
            Assert.That(targets, Does.Contain($"functions/{room}/{room}.csproj").And.Contain($"'$({property})' == 'true'"));
    }

    [Test]
    public void The_domain_takes_packages_that_are_as_pure_and_no_other() =>
        Assert.That(Rooms.Single(it => it.Name == "Domain").Packages, Is.EqualTo(Pure));

    [Test]
    public void The_compiled_domain_rests_on_the_base_library_and_those() => Findings.None(
        "The domain is pure.",
        ReferencesOf("Domain").Where(it => !Pure.Contains(it) && it != "netstandard" && !it.StartsWith("System.", StringComparison.Ordinal)));

    [Test]
    public void Compiled_delivery_knows_no_cloud_and_no_database() => Findings.None(
        "Delivery speaks to ports.",
        ReferencesOf("Delivery").Where(it => IsOf(it, "Google") || IsOf(it, "Grpc") || IsOf(it, "Microsoft.Data")));

    [TestCaseSource(nameof(Compiled))]
    public void A_compiled_room_uses_nothing_above_it_or_beside_it(string room) => Findings.None(
        $"{room} uses only what is below it.",
        ReferencesOf(room)
            .Where(it => IsOf(it, "CdAutomation"))
            .Select(it => it["CdAutomation.".Length..])
            .Except([.. Below(room), .. Ground.Where(it => it.Value.Users.Contains(room)).Select(it => it.Key)]));

    private static IEnumerable<string> Below(string room) => Allowed[room].Union(Allowed[room].SelectMany(Below));

    private static string[] ReferencesOf(string room)
    {
        string[] names = [.. Assembly.Load($"CdAutomation.{room}").GetReferencedAssemblies().Select(it => it.Name!)];
        // Without it a file that cannot be read would pass for one that references nothing.
        Assert.That(names, Has.Some.StartsWith("System."));
        return names;
    }

    private static bool IsOf(string assembly, string family) =>
        assembly == family || assembly.StartsWith(family + ".", StringComparison.Ordinal);
}
