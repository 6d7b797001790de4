using System.CommandLine;
using System.CommandLine.Invocation;
using CdAutomation.Cli.Commands;

var root = new RootCommand("Deploys new container images to Cloud Run by itself, and tells why. Policies live in git; see infra/policies for samples.")
{
    InitCommand.Create(),
    UpCommand.Create(),
    StatusCommand.Create(),
    WhyCommand.Create(),
    EventsCommand.Create(),
    DeployCommand.Create(),
    DoctorCommand.Create(),
    PolicyCommand.Create(),
    DeadLettersCommand.Create(),
    CheckCommand.Create(),
    TestCommand.Create(),
    ExplainCommand.Create(),
    SchemaCommand.Create(),
    SelectCommand.Create(),
    WatchdogCommand.Create(),
};
foreach (var command in PeopleCommands.Create())
    root.Subcommands.Add(command);
Examples.AddTo(root);
var words = root.Parse(args);
var code = await words.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
// Words that were not understood are told apart from a 'no' that was.
return words.Action is ParseErrorAction ? Exit.Unusable : code;
