namespace CdAutomation.Infra.Tests;

/// <summary>Every configuration is one to Terraform, by the schemas that the providers' makers publish.</summary>
[Category("Node")]
[Category("Terraform")]
public sealed class ValidTests
{
    private static IEnumerable<string> Configurations => InfraFiles.Configurations;

    [TestCaseSource(nameof(Configurations))]
    public async Task A_configuration_is_valid_with_every_argument_known_and_none_missing(string folder)
    {
        using var terraform = new Terraform();
        await terraform.InitialiseAsync(folder);
        var (valid, complaints) = await terraform.ValidateAsync(folder);
        Assert.That(complaints, Is.Empty);
        Assert.That(valid, Is.True);
    }

    [Test]
    public async Task Everything_is_written_as_terraform_formats_it()
    {
        using var terraform = new Terraform();
        var ended = await terraform.RunAsync("", "fmt", "-check", "-recursive", "-diff", "-no-color");
        Assert.That(ended.ExitCode, Is.Zero, ended.ToString());
    }
}
