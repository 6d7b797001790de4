using CdAutomation.Cli.Commands;
using CdAutomation.Cli.DeadLetters;

namespace CdAutomation.Cli.Tests;

public sealed class PubSubPlaceTests
{
    private const string Here = "127.0.0.1:8085";
    private const string Google = "https://pubsub.googleapis.com/";

    [TestCase(null, null, null, Here, "http://127.0.0.1:8085/", "local", TestName = "What runs here is found")]
    [TestCase(null, null, "acme", Here, "http://127.0.0.1:8085/", "local", TestName = "What runs here goes before a variable of other tools")]
    [TestCase("acme", null, null, Here, Google, "acme", TestName = "A project that is named goes before what runs here")]
    [TestCase("local", null, "acme", Here, "http://127.0.0.1:8085/", "local", TestName = "The local project is the one that runs here")]
    [TestCase(null, null, "acme", null, Google, "acme", TestName = "Where nothing runs the usual project is meant")]
    [TestCase("acme", "http://127.0.0.1:1", null, Here, "http://127.0.0.1:1/", "acme", TestName = "An endpoint that is named goes before all")]
    [TestCase(null, "https://pubsub.example", null, Here, "https://pubsub.example/", "local", TestName = "An endpoint without a project is asked for the local one")]
    public void Pub_Sub_is_found(string? wanted, string? endpoint, string? usual, string? latest, string address, string project)
    {
        var found = PubSubPlace.Find(wanted, Variables(endpoint, usual), latest);
        Assert.That((found.Endpoint.AbsoluteUri, found.Project), Is.EqualTo((address, project)));
    }

    [TestCase(null, null, null, null)]
    [TestCase("local", null, "acme", null)]
    [TestCase("acme", "no address", null, Here)]
    [TestCase("acme", "ftp://127.0.0.1", null, Here)]
    public void Where_it_is_not_clear_a_sentence_says_what_to_name(string? wanted, string? endpoint, string? usual, string? latest) =>
        Assert.That(() => PubSubPlace.Find(wanted, Variables(endpoint, usual), latest), Throws.TypeOf<ConnectionException>());

    private static Func<string, string?> Variables(string? endpoint, string? usual) =>
        name => name == "CDAUTOMATION_PUBSUB_ENDPOINT" ? endpoint : name == "GOOGLE_CLOUD_PROJECT" ? usual : null;
}
