namespace CdAutomation.Infra.Tests;

/// <summary>The modules' own tests, which stand beside them and run with mocked providers.</summary>
[Category("Node")]
[Category("Terraform")]
public sealed class PlannedTests
{
    private static IEnumerable<string> Tested =>
        InfraFiles.All.Where(it => it.EndsWith(".tftest.hcl", StringComparison.Ordinal)).Select(it => it[..it.LastIndexOf("/tests/", StringComparison.Ordinal)]);

    [TestCaseSource(nameof(Tested))]
    public async Task A_module_plans_what_its_own_tests_say(string module)
    {
        using var terraform = new Terraform();
        await terraform.InitialiseAsync(module);
        var ended = await terraform.RunAsync(module, "test", "-no-color");
        Assert.That(ended.Output, Does.Match(@"Success! [1-9]\d* passed, 0 failed"), ended.ToString());
        Assert.That(ended.ExitCode, Is.Zero);
    }
}
