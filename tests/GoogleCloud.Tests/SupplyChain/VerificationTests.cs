using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CdAutomation.Domain.Gates.Signatures;
using CdAutomation.Domain.Images;
using CsCheck;

namespace CdAutomation.GoogleCloud.Tests.SupplyChain;

/// <summary>The rules by which signatures are verified, without any registry.</summary>
public sealed class VerificationTests
{
    private static readonly Digest Image = Digest.Parse("sha256:" + new string('a', 64));

    private static IEnumerable<TestCaseData> Kinds()
    {
        yield return new TestCaseData(() => SigningKey.P256()).SetArgDisplayNames("P-256");
        yield return new TestCaseData(() => SigningKey.P384(HashAlgorithmName.SHA384)).SetArgDisplayNames("P-384 with SHA-384");
        yield return new TestCaseData(() => SigningKey.P384(HashAlgorithmName.SHA256)).SetArgDisplayNames("P-384 with SHA-256");
        yield return new TestCaseData(() => SigningKey.Rsa(2048)).SetArgDisplayNames("RSA");
    }

    // Made with Sigstore's own libraries for JavaScript (@sigstore/sign 4, no witnesses), whose verifier (@sigstore/verify 3) takes both.
    [TestCase(0)]
    [TestCase(1)]
    public void A_bundle_that_Sigstores_own_library_made_verifies(int number)
    {
        using var file = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "SupplyChain", "sigstore-bundles.json")));
        var image = Digest.Parse(file.RootElement.GetProperty("image").GetString()!);
        var bundle = Encoding.UTF8.GetBytes(file.RootElement.GetProperty("bundles")[number].GetRawText());
        Assert.That(VerificationKey.Read(file.RootElement.GetProperty("key").GetString()).TryGetValue(out var key), Is.True);

        Assert.That(SigstoreBundle.Try(key!, image, Signatures.DigestOf(bundle), bundle), Is.TypeOf<SignatureTrial.Verified>());
        Assert.That(SigstoreBundle.Try(key!, Image, Signatures.DigestOf(bundle), bundle), Is.TypeOf<SignatureTrial.Refused>());
    }

    [TestCaseSource(nameof(Kinds))]
    public void Each_kind_of_key_verifies_its_own_signatures_and_no_other(Delegate make)
    {
        using var key = (SigningKey)make.DynamicInvoke()!;
        using var other = (SigningKey)make.DynamicInvoke()!;
        var (payload, statement) = (Signatures.Payload(Image), Signatures.Statement(Image));

        Assert.That(Classic(Read(key), payload, key.Sign(payload)), Is.TypeOf<SignatureTrial.Verified>());
        Assert.That(Classic(Read(other), payload, key.Sign(payload)), Is.TypeOf<SignatureTrial.Refused>());
        Assert.That(Bundle(Read(key), Signatures.DsseBundle(key, statement)), Is.TypeOf<SignatureTrial.Verified>());
        Assert.That(Bundle(Read(other), Signatures.DsseBundle(key, statement)), Is.TypeOf<SignatureTrial.Refused>());
    }

    [Test]
    public void Weak_unknown_private_and_doubled_keys_are_refused()
    {
        using var weak = SigningKey.Rsa(1024);
        using var large = SigningKey.P521();
        using var good = SigningKey.P256();

        foreach (var pem in new[] { weak.Pem, large.Pem, good.PrivatePem, good.Pem + "\n" + good.Pem, good.Pem + new string('\n', 20_000) })
        {
            var read = VerificationKey.Read(pem);
            Assert.That(read.TryGetValue(out _), Is.False);
            Assert.That(read.Problems[0].Sentence, Does.Not.Contain(good.PrivatePem.Split('\n')[1]));
        }
    }

    [Test]
    public void Whatever_bit_of_a_signature_or_its_payload_is_flipped_it_does_not_verify()
    {
        using var pair = SigningKey.P256();
        var key = Read(pair);
        var payload = Signatures.Payload(Image);
        var signature = pair.Sign(payload);

        Gen.Select(Gen.Bool, Gen.Int[0, 100_000]).Sample((inPayload, bit) =>
        {
            var (changedPayload, changedSignature) = (payload.ToArray(), signature.ToArray());
            var changed = inPayload ? changedPayload : changedSignature;
            changed[bit / 8 % changed.Length] ^= (byte)(1 << bit % 8);
            return Classic(key, changedPayload, changedSignature) is SignatureTrial.Refused;
        }, iter: 500);
    }

    [Test]
    public void Whatever_bytes_come_they_are_no_signature_and_no_exception()
    {
        using var pair = SigningKey.P256();
        var key = Read(pair);

        Gen.Select(Gen.Byte.Array[0, 200], Gen.Byte.Array[0, 100]).Sample((content, signature) =>
            Classic(key, content, signature) is SignatureTrial.Refused
            && Bundle(key, content) is SignatureTrial.Refused
            && Bundle(key, Signatures.DsseBundle(content, signature)) is SignatureTrial.Refused
            && Bundle(key, Signatures.DsseBundle(Signatures.Statement(Image), signature)) is SignatureTrial.Refused
            && Bundle(key, Signatures.MessageBundle(Image, signature)) is SignatureTrial.Refused, iter: 300);
    }

    [TestCase("""{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json"}""")]
    [TestCase("""{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","dsseEnvelope":{},"messageSignature":{}}""")]
    [TestCase("""{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","dsseEnvelope":[]}""")]
    [TestCase("""{"mediaType":"application/vnd.dev.sigstore.bundle.v9+json","dsseEnvelope":{}}""")]
    [TestCase("""{"mediaType":"application/vnd.dev.sigstore.bundle.v0.3+json","mediaType":"x","dsseEnvelope":{}}""")]
    [TestCase("""{"mediaType":"\ud800"}""")]
    [TestCase("null")]
    public void A_bundle_of_another_shape_is_refused(string bundle)
    {
        using var pair = SigningKey.P256();

        Assert.That(Bundle(Read(pair), Encoding.UTF8.GetBytes(bundle)), Is.TypeOf<SignatureTrial.Refused>());
    }

    [Test]
    public void A_statement_about_several_images_is_one_about_ours_and_another_kind_of_payload_is_not()
    {
        using var pair = SigningKey.P256();
        var statement = Encoding.UTF8.GetBytes($$$"""
            {"_type":"https://in-toto.io/Statement/v0.1","predicateType":"{{{Signatures.SignPredicate}}}",
             "subject":[7,{"digest":{"sha256":"00"}},{"name":"x","digest":{"sha256":"{{{Signatures.HexOf(Image)}}}"}}]}
            """);
        Assert.That(Bundle(Read(pair), Signatures.DsseBundle(pair, statement)), Is.TypeOf<SignatureTrial.Verified>());

        var other = Signatures.DsseBundle(statement, pair.Sign(Signatures.Encoded(statement, "text/plain")));
        Assert.That(Bundle(Read(pair), other), Is.TypeOf<SignatureTrial.Refused>(), "signed as another type of payload");
    }

    // The example of the specification: secure-systems-lab, dsse, protocol.md, "Test Vectors".
    [Test]
    public void The_encoding_before_a_signature_is_that_of_the_specification() => Assert.That(
        SigstoreBundle.PreAuthenticationEncoding("http://example.com/HelloWorld", "hello world"u8),
        Is.EqualTo("DSSEv1 29 http://example.com/HelloWorld 11 hello world"u8.ToArray()));

    private static VerificationKey Read(SigningKey key) =>
        VerificationKey.Read(key.Pem).TryGetValue(out var read) ? read : throw new AssertionException("the key was refused");

    private static SignatureTrial Classic(VerificationKey key, byte[] payload, byte[] signature) =>
        SimpleSigning.Try(key, Image, Signatures.DigestOf(payload), payload, Convert.ToBase64String(signature));

    private static SignatureTrial Bundle(VerificationKey key, byte[] bundle) =>
        SigstoreBundle.Try(key, Image, Signatures.DigestOf(bundle), bundle);
}
