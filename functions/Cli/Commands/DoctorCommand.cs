using System.CommandLine;
using System.Text.Json;
using CdAutomation.Cli.DeadLetters;
using CdAutomation.Cli.Doctor;
using CdAutomation.Cli.Init;
using CdAutomation.Cli.Output;
using CdAutomation.Cli.Remote;
using CdAutomation.Cli.Up;

namespace CdAutomation.Cli.Commands;

/// <summary><c>cdctl doctor</c></summary>
internal static class DoctorCommand
{
    private static readonly Option<string?> Variables = new("--tfvars")
    {
        Description = $"The file that 'cdctl init' wrote, {Settings.FileName}: its project and region are looked at. "
            + "Otherwise --project and --region, otherwise the latest 'cdctl up'.",
    };

    private static readonly Option<string?> Project = new("--project") { Description = "The project of the functions on Google Cloud." };
    private static readonly Option<string?> Region = new("--region") { Description = "The region of the functions, e.g. asia-northeast1." };
    private static readonly Option<string?> Source = new("--source-project") { Description = "The project of images and builds, where it is another one." };
    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object instead of text." };

    public static Command Create()
    {
        var command = new Command(
            "doctor",
            "Looks at everything that automation needs, and says of each thing how it is, and which command mends it. "
            + $"Ends with {Exit.Ok} when all is well, {Exit.Failed} when something is broken, {Exit.Unknown} when nothing is known to be broken "
            + "but something could not be looked at.")
        {
            Variables, Project, Region, Source, Json, Connection.UrlOption,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var screen = Screen.For(arguments);
        try
        {
            using var doctor = new Doctor.Doctor(PlaceOf(arguments), Environment.GetEnvironmentVariable);
            var report = await screen.WhileAsync("Looking …", now => doctor.RunAsync(
                Connection.Named(arguments) is not null, usual => Connection.Open(arguments, usual), (done, all) => now($"{done} of {all} looked at"), cancellation));
            if (arguments.GetValue(Json))
                screen.Raw(JsonSerializer.Serialize(report, CliJson.Default.DoctorReport));
            else
                DoctorTelling.Report(report, screen);
            return report switch { { Broken: > 0 } => Exit.Failed, { Unknown: > 0 } => Exit.Unknown, _ => Exit.Ok };
        }
        catch (Exception fault) when (fault is ConnectionException or IOException or UnauthorizedAccessException or FormatException)
        {
            screen.Error(fault.Message);
            return Exit.Unusable;
        }
    }

    private static DoctorPlace PlaceOf(ParseResult arguments)
    {
        var file = arguments.GetValue(Variables);
        var settings = file is null ? null : Settings.Read(file);
        var usual = Environment.GetEnvironmentVariable(PubSubPlace.ProjectVariable);
        var project = arguments.GetValue(Project) ?? settings?.ProjectId;
        // As everywhere: what is named goes before what runs here, and what runs here before a variable that other tools have set.
        if (project is null or LocalStack.Project && Addresses.Latest() is { } up)
            return DoctorPlace.Of(up);
        project ??= string.IsNullOrWhiteSpace(usual) ? null : usual.Trim();
        if (project is null)
        {
            throw new ConnectionException(
                $"no 'cdctl up' was started here yet; start one, or name a project of Google Cloud with --tfvars {Settings.FileName}, or --project and --region");
        }

        if ((arguments.GetValue(Region) ?? settings?.Region) is not { } region || !CloudRunApi.IsRegion(region))
            throw new ConnectionException("in which region the functions are is not known; name it with --region, e.g. asia-northeast1");
        var again = file is null
            ? $"terraform -chdir=infra/examples/single-project apply -var=project_id={project} -var=region={region}"
            : $"terraform -chdir=infra/examples/single-project apply -var-file={Shell.Quoted(Path.GetFullPath(file))}";
        return DoctorPlace.OnGoogleCloud(project, region, arguments.GetValue(Source), again);
    }
}
