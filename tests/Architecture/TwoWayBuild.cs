using System.Text.RegularExpressions;

namespace CdAutomation.Architecture;

/// <summary>One source, two builds: Google's own packages, or its .proto files compiled and a stand-in of the framework.</summary>
public sealed partial class TwoWayBuild
{
    private const string Run = "Google.Cloud.Run.V2";
    private const string PubSub = "Google.Cloud.PubSub.V1";
    private const string Firestore = "Google.Cloud.Firestore.V1";
    private const string Hosting = "Google.Cloud.Functions.Hosting";

    private static IEnumerable<string> SharedSources => Repository.Sources.Where(it => Shared().IsMatch(it));

    [TestCase("GoogleCloud")]
    [TestCase("LocalCloud")]
    [TestCase("Cli")]
    [TestCase("Storage")]
    public async Task Packages_take_googles_clients_and_protos_take_ours(string room)
    {
        var packages = await Evaluated.ReadAsync($"functions/{room}/{room}.csproj", "Packages");
        Assert.That(packages.Included("PackageReference"), Is.SupersetOf(new[] { Run, PubSub, Firestore }));
        Assert.That(packages.Included("ProjectReference"), Has.None.Contains("/GoogleApis/"));

        var protos = await Evaluated.ReadAsync($"functions/{room}/{room}.csproj", "Protos");
        Assert.That(protos.Included("PackageReference"), Has.None.StartsWith("Google.Cloud."));
        Assert.That(protos.Included("ProjectReference"), Has.One.EndsWith("functions/GoogleApis/GoogleApis.csproj"));
    }

    [Test]
    public async Task Packages_take_googles_framework_and_protos_take_ours()
    {
        var packages = await Evaluated.ReadAsync("functions/Triggers/Triggers.csproj", "Packages");
        Assert.That(packages.Included("PackageReference"), Has.One.EqualTo(Hosting));
        Assert.That(packages.Included("ProjectReference"), Has.None.Contains("/FunctionsFramework/"));

        var protos = await Evaluated.ReadAsync("functions/Triggers/Triggers.csproj", "Protos");
        Assert.That(protos.Included("PackageReference"), Has.None.StartsWith("Google.Cloud."));
        Assert.That(protos.Included("ProjectReference"), Has.One.EndsWith("functions/FunctionsFramework/FunctionsFramework.csproj"));
    }

    [Test]
    public void Every_package_of_both_builds_has_its_version()
    {
        var versions = Repository.Text("Directory.Packages.props");
        foreach (var package in (string[])[Run, PubSub, Firestore, Hosting])
            Assert.That(versions, Does.Contain($"<PackageVersion Include=\"{package}\" Version="));
    }

    [Test]
    public void Sources_use_only_what_both_builds_have() => Findings.None(
        "Only the raw gRPC stubs (Services.ServicesClient, Publisher.PublisherClient, …) are in both.",
        SourceText.Search(SharedSources, OnlyInPackages()));

    [Test]
    public void No_type_of_ours_bears_the_name_of_one_of_googles() => Findings.None(
        "With the packages it would be ambiguous.", SourceText.Search(SharedSources, DeclaredLikeGoogles()));

    [TestCase("var it = new ServicesClientBuilder { };")]
    [TestCase("await PublisherClient.CreateAsync(topic)")]
    [TestCase("ServicesClient client = null;")]
    [TestCase("TopicName.FromProjectTopic(project, topic)")]
    [TestCase("request.ParentAsLocationName = parent;")]
    [TestCase("Operation<Service, Service> operation;")]
    [TestCase("using Google.Api.Gax.Grpc;")]
    public void The_search_finds_what_is_only_in_the_packages(string line) => Assert.That(line, Does.Match(OnlyInPackages()));

    [TestCase("private readonly Publisher.PublisherClient _publisher;")]
    [TestCase("new Services.ServicesClient(channel)")]
    [TestCase("public sealed class Own(Google.LongRunning.Operations.OperationsClient operations)")]
    [TestCase("var name = topic.TopicName;")]
    public void The_search_leaves_alone_what_is_in_both(string line) => Assert.That(line, Does.Not.Match(OnlyInPackages()));

    private const string Clients = "(Services|Jobs|Revisions|Executions|Tasks|WorkerPools|Builds|Publisher|Subscriber|SchemaService|Operations|Firestore)Client";
    private const string Names =
        "(Service|Job|Revision|Execution|Task|WorkerPool|Location|Project|Topic|Subscription|Schema|Snapshot|Secret|SecretVersion|Connector|CryptoKey)Name";

    [GeneratedRegex("^functions/(GoogleCloud|LocalCloud|Storage|Triggers|Cli)/")]
    private static partial Regex Shared();

    [GeneratedRegex(
        @"^(?!\s*//).*(?<![.\w])(" + Clients + @"(Builder|Impl)?\b(?!\s*\()|" + Clients + @"Builder\b|(Publisher|Subscriber)ServiceApi\w+"
        + "|" + Names + @"\.(From|Parse|TryParse|Format)|new\s+" + Names + @"\(|Operation<|using Google\.(Api\.Gax|Events|Cloud\.Functions\.Invoker))"
        + @"|^(?!\s*//).*\b(\w+As" + Names + @"s?\b|CreateOperationsClient\b|PollUntilCompleted|PollOnce(Async)?\()")]
    private static partial Regex OnlyInPackages();

    [GeneratedRegex(@"\b(class|record|struct|interface|enum)\s+(" + Clients + "|" + Names + @")\b")]
    private static partial Regex DeclaredLikeGoogles();
}
