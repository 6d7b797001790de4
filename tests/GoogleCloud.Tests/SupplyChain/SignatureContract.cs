using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;

namespace CdAutomation.GoogleCloud.Tests.SupplyChain;

/// <summary>Signed images in a registry, and everything that somebody who may push there could try.</summary>
public abstract class SignatureContract
{
    private SigningKey _key = null!;
    private SigningKey _other = null!;
    private Uri _server = null!;
    private ImageStore _store = null!;
    private ReleaseImage _image = null!;
    private byte[] _manifest = null!;

    protected abstract Task<Uri> StartAsync();

    protected abstract ValueTask StopAsync();

    [SetUp]
    public async Task Push()
    {
        (_key, _other) = (SigningKey.P256(), SigningKey.P256());
        _server = await StartAsync();
        _store = new ImageStore(_server, new Repository(_server.Authority, "acme/app/web"));
        (_image, _manifest) = await _store.ImageAsync("v1.0.0");
    }

    [TearDown]
    public async Task Stop()
    {
        _store.Dispose();
        _key.Dispose();
        _other.Dispose();
        await StopAsync();
    }

    [Test]
    public async Task An_image_without_a_signature_is_held() =>
        Assert.That((await AskAsync()).Shown(), Does.StartWith("Hold signature.missing: "));

    [Test]
    public async Task A_signature_under_the_images_tag_passes()
    {
        await _store.SignAsync(_image, Classic(_key));

        Assert.That((await AskAsync()).Shown(), Does.StartWith("Pass signature.ok: a cosign signature of v1.0.0").And.Contains("keys/release.pub"));
    }

    [Test]
    public async Task A_bundle_that_refers_to_the_image_passes()
    {
        await _store.AttachAsync(_image, Signatures.DsseBundle(_key, Signatures.Statement(_image.Digest)));

        Assert.That((await AskAsync()).Shown(), Does.StartWith("Pass signature.ok: a Sigstore bundle of v1.0.0"));
    }

    [Test]
    public async Task A_bundle_with_a_plain_signature_of_the_manifest_passes()
    {
        await _store.AttachAsync(_image, Signatures.MessageBundle(_key, _manifest));

        Assert.That((await AskAsync()).Shown(), Does.StartWith("Pass signature.ok: a Sigstore bundle"));
    }

    [Test]
    public async Task Another_key_is_refused_in_every_form()
    {
        await _store.SignAsync(_image, Classic(_other));
        Assert.That((await AskAsync()).Shown(), Does.StartWith("Reject signature.invalid: 1 signature of v1.0.0").And.Contains("another key"));

        await _store.AttachAsync(_image, Signatures.DsseBundle(_other, Signatures.Statement(_image.Digest)));
        await _store.AttachAsync(_image, Signatures.MessageBundle(_other, _manifest));
        Assert.That((await AskAsync()).Shown(), Does.StartWith("Reject signature.invalid: 3 signatures of v1.0.0"));
    }

    [Test]
    public async Task A_signature_of_another_image_that_was_copied_over_is_refused_in_every_form()
    {
        var (donor, manifest) = await _store.ImageAsync("v0.9.0");
        var payload = Signatures.Payload(donor.Digest);
        await _store.SignAsync(_image, (payload, _key.Sign(payload)));
        Assert.That((await AskAsync()).Shown(), Does.StartWith("Reject signature.invalid").And.Contains($"another image, {donor.Digest.Short}"));

        await _store.AttachAsync(_image, Signatures.DsseBundle(_key, Signatures.Statement(donor.Digest)));
        await _store.AttachAsync(_image, Signatures.MessageBundle(_key, manifest));
        Assert.That((await AskAsync()).Shown(), Does.StartWith("Reject signature.invalid: 3 signatures").And.Contains("another image"));
    }

    [Test]
    public async Task A_payload_that_was_changed_to_name_the_image_is_refused_in_every_form()
    {
        var donor = (await _store.ImageAsync("v0.9.0")).Image;
        await _store.SignAsync(_image, (Signatures.Payload(_image.Digest), _key.Sign(Signatures.Payload(donor.Digest))));
        Assert.That((await AskAsync()).Finding, Is.EqualTo(Finding.Reject));

        var signed = _key.Sign(Signatures.Encoded(Signatures.Statement(donor.Digest)));
        await _store.AttachAsync(_image, Signatures.DsseBundle(Signatures.Statement(_image.Digest), signed));
        await _store.AttachAsync(_image, Signatures.MessageBundle(_image.Digest, _key.Sign("another manifest"u8.ToArray())));
        Assert.That((await AskAsync()).Shown(), Does.StartWith("Reject signature.invalid: 3 signatures"));
    }

    [Test]
    public async Task A_signature_of_the_bare_statement_without_its_encoding_is_refused()
    {
        var statement = Signatures.Statement(_image.Digest);
        await _store.AttachAsync(_image, Signatures.DsseBundle(statement, _key.Sign(statement)));

        Assert.That((await AskAsync()).Finding, Is.EqualTo(Finding.Reject));
    }

    [Test]
    public async Task A_flipped_bit_is_refused()
    {
        var (payload, signature) = Classic(_key);
        signature[^1] ^= 1;
        await _store.SignAsync(_image, (payload, signature));

        Assert.That((await AskAsync()).Finding, Is.EqualTo(Finding.Reject));
    }

    [Test]
    public async Task A_payload_of_another_type_is_refused()
    {
        var payload = Signatures.Payload(_image.Digest, type: "Google cloud binauthz container signature");
        await _store.SignAsync(_image, (payload, _key.Sign(payload)));

        Assert.That((await AskAsync()).Shown(), Does.StartWith("Reject").And.Contains("of type 'Google cloud"));
    }

    [Test]
    public async Task Of_25_signatures_the_20_newest_are_looked_at()
    {
        var bad = Enumerable.Range(0, 25).Select(_ => Classic(_other)).ToArray();
        await _store.SignAsync(_image, bad);
        Assert.That((await AskAsync()).Shown(), Does.StartWith("Reject signature.invalid: 20 of 25 signatures"));

        await _store.SignAsync(_image, [.. bad[..24], Classic(_key)]);
        Assert.That((await AskAsync()).Finding, Is.EqualTo(Finding.Pass));

        await _store.SignAsync(_image, [Classic(_key), .. bad[..24]]);
        Assert.That((await AskAsync()).Finding, Is.EqualTo(Finding.Reject));
    }

    [Test]
    public async Task A_flood_of_one_form_does_not_hide_the_other()
    {
        await _store.SignAsync(_image, [.. Enumerable.Range(0, 25).Select(_ => Classic(_other))]);
        await _store.AttachAsync(_image, Signatures.DsseBundle(_key, Signatures.Statement(_image.Digest)));

        Assert.That((await AskAsync()).Finding, Is.EqualTo(Finding.Pass));
    }

    [TestCase(null)]
    [TestCase("""{"dev.sigstore.bundle.predicateType":"https://slsa.dev/provenance/v1"}""")]
    public async Task Provenance_is_no_signature_though_the_key_signed_it(string? annotations)
    {
        var statement = Signatures.Statement(_image.Digest, "https://slsa.dev/provenance/v1");
        await _store.AttachAsync(_image, Signatures.DsseBundle(_key, statement), annotations);

        Assert.That((await AskAsync()).Shown(), Does.StartWith("Hold signature.missing"));
    }

    [Test]
    public async Task A_registry_that_is_gone_is_unknown()
    {
        await _store.SignAsync(_image, Classic(_key));
        await StopAsync();

        Assert.That((await AskAsync()).Shown(), Does.StartWith("Unknown registry.unreachable"));
    }

    private (byte[] Payload, byte[] Signature) Classic(SigningKey key)
    {
        var payload = Signatures.Payload(_image.Digest);
        return (payload, key.Sign(payload));
    }

    private Task<Answer> AskAsync() =>
        Asking.AskAsync(Asking.At(_server), new Gate.Signature("keys/release.pub", _key.Pem), _image);
}
