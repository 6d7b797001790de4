using System.Text;
using CdAutomation.Domain.Images;
using CdAutomation.GoogleCloud.Registry;
using Microsoft.AspNetCore.Http;

namespace CdAutomation.GoogleCloud.Tests.Registry;

public sealed class ListTests
{
    [Test]
    public async Task Every_page_is_read_and_a_tag_on_two_pages_is_one()
    {
        await using var server = await ScriptedRegistry.StartAsync(context => context.Request.Query["last"].ToString() switch
        {
            "" => Page(context, """{"name":"x","tags":["b","a"]}""", "</v2/acme/app/web/tags/list?n=2&last=b>; rel=\"next\""),
            "b" => Page(context, """{"name":"x","tags":["b","c"]}""", "<?n=2&last=c>; title=\"x\"; rel=next"),
            _ => Page(context, """{"name":"x","tags":null}""", "</v2/acme/app/web/tags/list>; rel=\"prev\""),
        });

        var listing = (TagListing.Complete)await server.ListAsync(options => options with { PageSize = 2 });

        Assert.That(listing.Tags, Is.EqualTo(new[] { "a", "b", "c" }));
        Assert.That(server.Asked.First().Path, Is.EqualTo("/v2/acme/app/web/tags/list?n=2"));
        Assert.That(server.Asked, Has.Count.EqualTo(3));
    }

    [TestCase("""{"name":"x","tags":["a","b"]""")]
    [TestCase("{\"name\":\"x\",\"tags\":[\"a\",")]
    [TestCase("""{"name":"x"}""")]
    [TestCase("""{"tags":{"a":1}}""")]
    [TestCase("""{"tags":["a",1]}""")]
    [TestCase("""{"tags":["a","b/c"]}""")]
    [TestCase("""{"tags":["\ud800"]}""")]
    [TestCase("""["a"]""")]
    [TestCase("")]
    [TestCase("<html>")]
    public async Task A_page_that_is_none_or_only_half_makes_the_whole_list_unknown(string second)
    {
        await using var server = await ScriptedRegistry.StartAsync(context => context.Request.Query.ContainsKey("last")
            ? Page(context, second, null)
            : Page(context, """{"tags":["a"]}""", "<?last=a>; rel=\"next\""));

        Assert.That(CodeOf(await server.ListAsync()), Is.EqualTo("registry.odd"));
    }

    [Test]
    public async Task A_page_that_breaks_off_on_the_wire_makes_the_whole_list_unknown()
    {
        await using var server = await ScriptedRegistry.StartAsync(async context =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.WriteAsync("""{"tags":["a"]}""");
            await context.Response.Body.FlushAsync();
            context.Abort();
        });

        Assert.That(CodeOf(await server.ListAsync()), Is.EqualTo("registry.unreachable"));
        Assert.That(server.Asked, Has.Count.EqualTo(4), "and is asked for again first");
    }

    [Test]
    public async Task A_later_page_that_is_refused_makes_the_whole_list_unknown()
    {
        await using var server = await ScriptedRegistry.StartAsync(context => context.Request.Query.ContainsKey("last")
            ? ScriptedRegistry.AnswerAsync(context, 404, """{"errors":[{"code":"NAME_UNKNOWN"}]}""")
            : Page(context, """{"tags":["a"]}""", "<?last=a>; rel=\"next\""));

        Assert.That(CodeOf(await server.ListAsync()), Is.EqualTo("registry.odd"));
    }

    [TestCase("</v2/acme/app/web/tags/list?n=1000>; rel=\"next\"", 1)]
    [TestCase("<?last=a>; rel=\"next\"", 2)]
    public async Task A_list_that_leads_back_into_itself_is_left(string link, int times)
    {
        await using var server = await ScriptedRegistry.StartAsync(200, """{"tags":["a"]}""", ("Link", link));

        Assert.That(CodeOf(await server.ListAsync()), Is.EqualTo("registry.paging"));
        Assert.That(server.Asked, Has.Count.EqualTo(times));
    }

    [Test]
    public async Task A_list_without_end_is_left()
    {
        var page = 0;
        await using var server = await ScriptedRegistry.StartAsync(
            context => Page(context, """{"tags":["a"]}""", $"<?last={Interlocked.Increment(ref page)}>; rel=\"next\""));

        Assert.That(CodeOf(await server.ListAsync(options => options with { PagesMax = 7 })), Is.EqualTo("registry.paging"));
        Assert.That(server.Asked, Has.Count.EqualTo(7));
    }

    [Test]
    public async Task A_next_page_on_another_server_is_not_asked_for()
    {
        await using var other = await ScriptedRegistry.StartAsync(200, """{"tags":["b"]}""");
        await using var server = await ScriptedRegistry.StartAsync(
            200, """{"tags":["a"]}""", ("Link", $"<{other.Address}v2/acme/app/web/tags/list>; rel=\"next\""));

        Assert.That(CodeOf(await server.ListAsync()), Is.EqualTo("registry.odd"));
        Assert.That(other.Asked, Is.Empty);
    }

    [Test]
    public async Task A_page_without_end_is_not_read_to_its_end()
    {
        await using var server = await ScriptedRegistry.StartAsync(async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
                await context.Response.WriteAsync(new string(' ', 10_000));
        });

        Assert.That(CodeOf(await server.ListAsync(options => options with { BodyMax = 100_000 })), Is.EqualTo("registry.tooLarge"));
    }

    [TestCase("""{"errors":[{"code":"NAME_UNKNOWN"}]}""", null)]
    [TestCase("""{"errors":[{"code":"UNKNOWN"}]}""", "registry.odd")]
    [TestCase("not found", "registry.odd")]
    public async Task Only_the_registrys_own_word_makes_a_repository_empty(string body, string? code)
    {
        await using var server = await ScriptedRegistry.StartAsync(404, body);

        Assert.That(CodeOf(await server.ListAsync()), Is.EqualTo(code));
    }

    [Test]
    public void No_text_in_a_header_or_a_body_does_anything_but_be_read_or_refused() =>
        CsCheck.Check.Sample(CsCheck.Gen.String[0, 60], text =>
        {
            Refusable(() => NextPage.After(text, new Uri("http://127.0.0.1/v2/x/tags/list")));
            Refusable(() => NextPage.After($"<{text}>; rel=\"next\"", new Uri("http://127.0.0.1/v2/x/tags/list")));
            foreach (var body in new[] { text, $"{{\"tags\":[\"{text}\"]}}" })
                Refusable(() => TagPage.Read(Encoding.UTF8.GetBytes(body), ScriptedRegistry.Web, new HashSet<string>()));
        });

    private static void Refusable(Action read)
    {
        try
        {
            read();
        }
        catch (RegistryException)
        {
            // That is a refusal.
        }
    }

    private static Task Page(HttpContext context, string body, string? link) =>
        ScriptedRegistry.AnswerAsync(context, 200, body, link is null ? [] : [("Link", link)]);

    private static string? CodeOf(TagListing listing) => listing switch
    {
        TagListing.Unknown it => it.Reason.Code,
        TagListing.Complete { Tags: [] } => null,
        _ => listing.ToString(),
    };
}
