using CdAutomation.Domain.Gates;

namespace CdAutomation.PolicyFiles.Tests;

public sealed class KeyFileTests
{
    private const string Gate = "build: { status: SUCCESS, triggers: [web-release], branch: 'release/*', repository: acme/app }";

    private static string Key => Policies.Full.Single(file => file.Path.EndsWith(".pub", StringComparison.Ordinal)).Text;

    [TestCase("shop.yaml", "keys/release.pub")]
    [TestCase("infra/policies/shop.yaml", "infra/policies/keys/release.pub")]
    [TestCase("teams/shop.yaml", "keys/release.pub")]
    [TestCase("teams/shop.yaml", "teams/keys/release.pub")]
    [TestCase("/policies/teams/shop.yaml", "/policies/keys/release.pub")]
    public void A_key_is_found_beside_the_policy_or_at_the_root(string policy, string key)
    {
        var reading = Read(policy, "keys/release.pub", new PolicyFile(key, "a comment\n" + Key.Replace("\n", "\r\n", StringComparison.Ordinal)));
        Assert.That(reading.Problems, Is.Empty);
        var gate = (Gate.Signature)reading.Pipelines["shop"].Stages[0].Gates.Single();
        Assert.That((gate.PublicKey, gate.Pem), Is.EqualTo(("keys/release.pub", Key.TrimEnd('\n'))));
    }

    [Test]
    public void The_nearest_of_two_keys_counts()
    {
        var far = new PolicyFile("keys/release.pub", "no key");
        var reading = Read("teams/shop.yaml", "keys/release.pub", far, new PolicyFile("teams/keys/release.pub", Key));
        Assert.That(reading.Problems, Is.Empty);
    }

    [TestCase("keys/relaese.pub", "there is no such file in the policy folder; did you mean 'keys/release.pub'?")]
    [TestCase("../release.pub", "where it is to be the path of a .pub or .pem file below the policy folder")]
    [TestCase("keys/../../release.pub", "which leads out of the policy folder or nowhere")]
    [TestCase("keys/./release.pub", "which leads out of the policy folder or nowhere")]
    [TestCase("keys//release.pub", "which leads out of the policy folder or nowhere")]
    [TestCase("/etc/release.pub", "where it is to be the path")]
    [TestCase("shop.yaml", "where it is to be the path")]
    public void A_key_that_is_not_there_is_told_at_the_value(string named, string sentence)
    {
        var problem = Read("shop.yaml", named, new PolicyFile("keys/release.pub", Key)).Problems.Single();
        Assert.That(problem.ToString(), Does.StartWith("shop.yaml:17:33: error: policy.").And.Contains(sentence));
    }

    [TestCase("", "the key is no public key as PEM")]
    [TestCase("-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n", "the key is no public key as PEM")]
    [TestCase("-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n", "the key is no public key as PEM")]
    [TestCase("-----BEGIN CERTIFICATE-----\nMFkw\n-----END CERTIFICATE-----\n", "the key is no public key as PEM")]
    [TestCase("-----BEGIN EC PRIVATE KEY-----\nc2VjcmV0\n-----END EC PRIVATE KEY-----\n", "the key is a private one")]
    public void What_is_no_public_key_is_told_without_its_content(string content, string sentence)
    {
        var problem = Read("shop.yaml", "keys/release.pub", new PolicyFile("keys/release.pub", content)).Problems.Single();
        Assert.That(problem.ToString(), Does.StartWith($"shop.yaml:17:33: error: policy.key: {sentence}").And.Not.Contains("c2VjcmV0"));
    }

    [Test]
    public void A_huge_key_file_is_no_key() =>
        Assert.That(Read("shop.yaml", "keys/release.pub", new PolicyFile("keys/release.pub", new string('x', 900_000) + Key)).Problems.Single().Code,
            Is.EqualTo("policy.key"));

    private static PolicyReading Read(string path, string named, params PolicyFile[] keys) => PolicyReader.Read(
        [new PolicyFile(path, Policies.Good.Replace(Gate, $"signature: {{ publicKey: {named} }}", StringComparison.Ordinal)), .. keys]);
}
