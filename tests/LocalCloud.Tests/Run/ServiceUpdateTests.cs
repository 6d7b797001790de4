using Google.Cloud.Run.V2;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.Extensions.Time.Testing;
using Task = System.Threading.Tasks.Task;

namespace CdAutomation.LocalCloud.Tests.Run;

/// <summary>How one write meets what is there: versions, masks, and what nobody here knows.</summary>
public sealed class ServiceUpdateTests
{
    private Cloud _cloud = null!;

    [SetUp]
    public async Task Start() => _cloud = await Cloud.StartAsync();

    [TearDown]
    public async Task Stop() => await _cloud.DisposeAsync();

    [Test]
    public async Task An_older_etag_is_aborted_with_both_versions_and_an_empty_one_is_not_asked()
    {
        await _cloud.CreateAsync("web", Cloud.Wanted(Cloud.Good));
        var old = await _cloud.GetAsync("web");
        Assert.That(old.Etag, Does.Match("^\"[A-Za-z0-9+/]+=*/[A-Za-z0-9+/]+\"$"));
        await _cloud.ChangeAsync("web", it => it.Description = "moved on");
        var current = await _cloud.GetAsync("web");

        old.Description = "too late";
        var refusal = await Cloud.RefusalAsync(async () => await _cloud.Services.UpdateServiceAsync(new() { Service = old }));
        Assert.That(refusal.StatusCode, Is.EqualTo(StatusCode.Aborted));
        Assert.That(refusal.Detail, Is.EqualTo(
            $"Conflict for resource 'web': version '{Microseconds(old)}' was specified but current version is '{Microseconds(current)}'."));

        old.Etag = "";
        await _cloud.EndAsync(await _cloud.Services.UpdateServiceAsync(new() { Service = old }));
        Assert.That((await _cloud.GetAsync("web")).Description, Is.EqualTo("too late"));
        var request = new DeleteServiceRequest { Name = Cloud.Name("web"), Etag = current.Etag };
        Assert.That((await Cloud.RefusalAsync(async () => await _cloud.Services.DeleteServiceAsync(request))).StatusCode,
            Is.EqualTo(StatusCode.Aborted));
    }

    [TestCase("\"not base64 at all\"")]
    [TestCase("x")]
    [TestCase("\"/////\"")]
    public async Task An_etag_that_is_none_is_an_older_one(string etag)
    {
        await _cloud.CreateAsync("web", Cloud.Wanted(Cloud.Good));
        var service = await _cloud.GetAsync("web");
        service.Etag = etag;
        Assert.That((await Cloud.RefusalAsync(async () => await _cloud.Services.UpdateServiceAsync(new() { Service = service }))).Detail,
            Does.Contain("version '0' was specified"));
    }

    [Test]
    public async Task Without_a_mask_all_is_replaced_and_with_one_only_what_it_names()
    {
        var service = Cloud.Wanted(Cloud.Good);
        service.Labels["team"] = "blue";
        service.Annotations["acme.example/owner"] = "jo";
        service.Description = "first";
        await _cloud.CreateAsync("web", service);

        var sent = Cloud.Wanted(Cloud.Better);
        sent.Name = Cloud.Name("web");
        sent.Annotations["acme.example/commit"] = "abc";
        sent.Template.Timeout = new() { Seconds = 10 };
        await _cloud.EndAsync(await _cloud.Services.UpdateServiceAsync(new()
        {
            Service = sent,
            UpdateMask = new() { Paths = { "annotations", "template.timeout", "uid" } },
        }));
        var masked = await _cloud.GetAsync("web");
        Assert.That((masked.Description, masked.Labels["team"], masked.Template.Timeout.Seconds), Is.EqualTo(("first", "blue", 10L)));
        Assert.That(masked.Template.Containers[0].Image, Is.EqualTo(Cloud.Good));
        Assert.That(masked.Annotations.Keys, Is.EqualTo(new[] { "acme.example/commit" }), "the map is replaced, not merged");
        Assert.That(masked.Uid, Is.Not.Empty, "a server's field in a mask is passed over");

        await _cloud.EndAsync(await _cloud.Services.UpdateServiceAsync(new() { Service = sent }));
        var replaced = await _cloud.GetAsync("web");
        Assert.That((replaced.Description, replaced.Labels.Count, replaced.Uid), Is.EqualTo(("", 0, masked.Uid)));
        Assert.That(replaced.Template.Containers[0].Image, Is.EqualTo(Cloud.Better));
        Assert.That(replaced.CreateTime, Is.EqualTo(masked.CreateTime));
    }

    [TestCase("template.containers.image")]
    [TestCase("launchStage")]
    [TestCase("nothing")]
    [TestCase("")]
    [TestCase("labels.team")]
    public async Task A_mask_that_names_no_field_is_refused(string path)
    {
        await _cloud.CreateAsync("web", Cloud.Wanted(Cloud.Good));
        var request = new UpdateServiceRequest { Service = await _cloud.GetAsync("web"), UpdateMask = new() { Paths = { path } } };
        Assert.That((await Cloud.RefusalAsync(async () => await _cloud.Services.UpdateServiceAsync(request))).StatusCode,
            Is.EqualTo(StatusCode.InvalidArgument));
    }

    [Test]
    public async Task Fields_that_nobody_here_knows_are_kept_and_given_back()
    {
        // Field 2000, a string, in the service, and 2001 in its template and its container: as a newer client would send.
        static T Unknown<T>(T message, int field) where T : IMessage<T>
        {
            using var bytes = new MemoryStream();
            using (var output = new CodedOutputStream(bytes, leaveOpen: true))
            {
                output.WriteTag(field, WireFormat.WireType.LengthDelimited);
                output.WriteString("from the future");
            }

            message.MergeFrom(bytes.ToArray());
            return message;
        }

        var service = Unknown(Cloud.Wanted(Cloud.Good), 2000);
        Unknown(service.Template, 2001);
        Unknown(service.Template.Containers[0], 2001);
        var expected = (service.CalculateSize(), Future: Unknown(new Service(), 2000).ToByteString().ToStringUtf8());
        await _cloud.CreateAsync("web", service);

        await _cloud.ChangeAsync("web", it => it.Traffic[0].Tag = "now", ["traffic"]);
        await _cloud.ChangeAsync("web", it => it.Labels["team"] = "blue");
        var kept = await _cloud.GetAsync("web");

        int Count(IMessage message) => message.ToByteString().ToStringUtf8().Split("from the future").Length - 1;
        Assert.That(expected.Future, Does.Contain("from the future"));
        Assert.That((Count(kept), Count(kept.Template), Count(kept.Template.Containers[0])), Is.EqualTo((3, 2, 1)));
        Assert.That(Count(await _cloud.Revisions.GetRevisionAsync(new() { Name = kept.LatestReadyRevision })), Is.EqualTo(1),
            "the container's");
        Assert.That(kept.LatestCreatedRevision, Does.Contain("web-00001-"), "the unknown field is no difference to itself");
    }

    [Test]
    public async Task Of_many_writes_against_one_version_exactly_one_wins()
    {
        await _cloud.CreateAsync("web", Cloud.Wanted(Cloud.Good));
        var service = await _cloud.GetAsync("web");
        var writes = Enumerable.Range(0, 12).Select(async number =>
        {
            var own = service.Clone();
            own.Description = $"writer {number}";
            try
            {
                await _cloud.Services.UpdateServiceAsync(new() { Service = own });
                return StatusCode.OK;
            }
            catch (RpcException refusal)
            {
                return refusal.StatusCode;
            }
        });
        var codes = await Task.WhenAll(writes);
        Assert.That(codes.Count(it => it == StatusCode.OK), Is.EqualTo(1));
        Assert.That(codes.Count(it => it == StatusCode.Aborted), Is.EqualTo(11));
        Assert.That((await _cloud.GetAsync("web")).Generation, Is.EqualTo(2));
    }

    [Test]
    public async Task A_clock_that_stands_still_still_tells_versions_and_ages_apart()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(60));
        await using var cloud = await Cloud.StartAsync(new() { Images = new NamedImages(), SimulatedStart = TimeSpan.Zero, Clock = clock });
        foreach (var id in (string[])["one", "two", "three"]) await cloud.CreateAsync(id, Cloud.Wanted(Cloud.Good));
        var before = await cloud.GetAsync("one");
        await cloud.ChangeAsync("one", it => it.Description = "changed");

        Assert.That((await cloud.GetAsync("one")).Etag, Is.Not.EqualTo(before.Etag));
        var list = await cloud.Services.ListServicesAsync(new() { Parent = Cloud.Location });
        Assert.That(list.Services.Select(it => it.Name), Is.EqualTo(new[] { Cloud.Name("three"), Cloud.Name("two"), Cloud.Name("one") }));
    }

    private static long Microseconds(Service service) => service.UpdateTime.Seconds * 1_000_000 + service.UpdateTime.Nanos / 1000;
}
