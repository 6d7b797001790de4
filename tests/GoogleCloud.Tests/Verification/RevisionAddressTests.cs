using CdAutomation.GoogleCloud.Verification;

namespace CdAutomation.GoogleCloud.Tests.Verification;

public sealed class RevisionAddressTests
{
    [TestCase("https://cd-aaaaaaa---web-1-an.a.run.app", "https://web-1-an.a.run.app")]
    [TestCase("https://cd-aaaaaaa---web-1.asia-northeast1.run.app/", "https://web-1.asia-northeast1.run.app")]
    [TestCase("https://web-1-an.a.run.app", "https://web-1-an.a.run.app")]
    [TestCase("https://web.a---b.example.com", "https://web.a---b.example.com")]
    [TestCase("https://cd-aaaaaaa---localhost:8443", "https://localhost:8443")]
    public void A_token_is_for_the_service_itself_and_not_for_its_tagged_address(string address, string audience)
    {
        Assert.That(RevisionAddress.TryRead(address, "/x", out var read), Is.True);
        Assert.That(read!.Audience, Is.EqualTo(audience));
    }

    [TestCase("https://cd---web.example.com", "//evil.example.com/x", "https://cd---web.example.com//evil.example.com/x")]
    [TestCase("https://cd---web.example.com", "/@evil.example.com", "https://cd---web.example.com/@evil.example.com")]
    [TestCase("https://cd---web.example.com/base", "/x", "https://cd---web.example.com/x")]
    [TestCase("https://cd---web.example.com", "x", null)]
    [TestCase("https://cd---web.example.com", ".evil.example.com/", null)]
    [TestCase("https://user@web.example.com", "/x", null)]
    [TestCase("file:///etc/passwd", "/x", null)]
    [TestCase("web.example.com", "/x", null)]
    [TestCase("", "/x", null)]
    public void No_path_leads_to_another_host(string address, string path, string? asked) =>
        Assert.That(RevisionAddress.TryRead(address, path, out var read) ? read.Uri.AbsoluteUri : null, Is.EqualTo(asked));
}
