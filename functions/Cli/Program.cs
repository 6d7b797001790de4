using System.CommandLine;
using CdAutomation.Cli.Commands;

var root = new RootCommand("Deploys new container images to Cloud Run by itself, and tells why. Policies live in git; see infra/policies for samples.")
{
    UpCommand.Create(),
    StatusCommand.Create(),
    WhyCommand.Create(),
    EventsCommand.Create(),
    DeployCommand.Create(),
    CheckCommand.Create(),
    SelectCommand.Create(),
};
Examples.AddTo(root);
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
