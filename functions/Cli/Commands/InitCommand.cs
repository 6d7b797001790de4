using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json;
using CdAutomation.Cli.Init;
using CdAutomation.Cli.Output;
using CdAutomation.Cli.Remote;
using CdAutomation.Domain.Images;

namespace CdAutomation.Cli.Commands;

/// <summary><c>cdctl init</c></summary>
internal static class InitCommand
{
    private static readonly Argument<string> Folder = new("folder") { Description = "Where the policies are written.", DefaultValueFactory = _ => "policies" };
    private static readonly Option<string?> Project = new("--project") { Description = "The project of the functions on Google Cloud." };
    private static readonly Option<string?> Region = new("--region") { Description = "Their region, e.g. asia-northeast1." };
    private static readonly Option<string?> Policies = new("--policies") { Description = "The GitHub repository that the policies will be in, OWNER/NAME." };
    private static readonly Option<string?> Image = new("--image") { Description = "The functions' image by digest, where it is built already." };
    private static readonly Option<string[]> Operators = new("--operator") { Description = "Who may ask and order, e.g. group:release@example.com. May be said again." };
    private static readonly Option<string> Variables = new("--tfvars") { Description = "Where Terraform's variables are written.", DefaultValueFactory = _ => Settings.FileName };
    private static readonly Option<string[]> Look = new("--look")
    {
        Description = "PROJECT/REGION whose Cloud Run is read for pipelines to propose. May be said again; a release goes through the projects in that order. "
            + "Otherwise --project and --region.",
    };

    private static readonly Option<bool> NoLook = new("--no-look") { Description = "Read nothing, and write a sample." };
    private static readonly Option<bool> Shadow = new("--shadow") { Description = "Propose pipelines that decide and record, and change nothing." };
    private static readonly Option<bool> Force = new("--force") { Description = "Write over files that are there." };
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Say what would be written, and write nothing." };
    private static readonly Option<bool> Json = new("--json") { Description = "Print one JSON object instead of text. Nothing is asked." };

    public static Command Create()
    {
        var command = new Command(
            "init",
            "Writes what to begin with: policies with tests, their builds, and Terraform's variables. Pipelines are proposed from what Cloud Run runs already. "
            + "At a terminal it asks for what was not given.")
        {
            Folder, Project, Region, Policies, Image, Operators, Variables, Look, NoLook, Shadow, Force, DryRun, Json,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellation)
    {
        var screen = Screen.For(arguments);
        try
        {
            var questions = new Questioning(!arguments.GetValue(Json) && !Console.IsInputRedirected && !Console.IsOutputRedirected);
            var settings = SettingsOf(arguments, questions);
            using var survey = new Survey(Environment.GetEnvironmentVariable);
            var seen = arguments.GetValue(NoLook)
                ? Seen.Nothing
                : await screen.WhileAsync("Reading Cloud Run …", _ => survey.LookAsync(PlacesOf(arguments, settings), cancellation));
            var pipelines = seen.Pipelines.IsEmpty ? [Survey.Sample(settings)] : questions.Choose(seen.Pipelines);

            var folder = arguments.GetRequiredValue(Folder);
            var variables = arguments.GetRequiredValue(Variables);
            var files = InitFiles.Of(folder, variables, settings, pipelines, arguments.GetValue(Shadow));
            if (InitFiles.Wrong(files) is { } wrong)
                return Fails(screen, $"what would be written is no good policy, so nothing was written: {wrong}. Leave it out with --no-look, and write it by hand");
            string[] taken = [.. files.Where(file => file.IsTaken).Select(file => file.Path)];
            if (taken.Length > 0 && !arguments.GetValue(Force))
            {
                return Fails(
                    screen, $"nothing was written, for these files are there and differ: {string.Join(", ", taken)}. Name another folder, or write over them with --force");
            }

            if (!arguments.GetValue(DryRun))
                InitFiles.Write(files);
            var report = new InitReport(
                !arguments.GetValue(DryRun), [.. files.Select(file => file.Path)], [.. pipelines.Select(it => it.Name)], seen.LeftOut, seen.Unread,
                [.. Next(folder, variables, settings)]);
            if (arguments.GetValue(Json))
                screen.Raw(JsonSerializer.Serialize(report, CliJson.Default.InitReport));
            else
                report.Tell(screen);
            return Exit.Ok;
        }
        catch (Exception fault) when (fault is ConnectionException or IOException or UnauthorizedAccessException or FormatException)
        {
            screen.Error(fault.Message);
            return Exit.Unusable;
        }
    }

    private static int Fails(Screen screen, string sentence)
    {
        screen.Error(sentence);
        return Exit.Failed;
    }

    private static Settings SettingsOf(ParseResult arguments, Questioning questions)
    {
        var usual = Environment.GetEnvironmentVariable(DeadLetters.PubSubPlace.ProjectVariable);
        var project = questions.Answer(
            arguments.GetValue(Project) ?? (string.IsNullOrWhiteSpace(usual) ? null : usual.Trim()),
            "--project", "Which project of Google Cloud are the functions to be in?", Settings.IsProject, "the id of a project, such as acme-cd");
        var region = questions.Answer(arguments.GetValue(Region), "--region", "In which region?", CloudRunApi.IsRegion, "a region, such as asia-northeast1");
        var policies = questions.Answer(
            arguments.GetValue(Policies), "--policies", "Which GitHub repository will the policies be in?", Settings.IsPolicies, "OWNER/NAME, such as acme/policies");
        var image = arguments.GetValue(Image);
        if (image is not null && !Settings.IsImage(image))
            throw new ConnectionException($"--image is {Excerpt.Of(image)}, where an image by its digest is wanted: REPOSITORY@sha256:…");
        var operators = arguments.GetValue(Operators) ?? [];
        if (operators.FirstOrDefault(it => !Settings.IsOperator(it)) is { } odd)
            throw new ConnectionException($"--operator is {Excerpt.Of(odd)}, where a member of IAM is wanted, such as group:release@example.com");
        return new(project, region, policies) { Image = image, Operators = [.. operators] };
    }

    private static ImmutableArray<Location> PlacesOf(ParseResult arguments, Settings settings) => arguments.GetValue(Look) is { Length: > 0 } named
        ? [.. named.Distinct().Select(text => text.Split('/') is [{ Length: > 0 } project, var region] && CloudRunApi.IsRegion(region)
            ? new Location(project, region)
            : throw new ConnectionException($"--look is {Excerpt.Of(text)}, where PROJECT/REGION is wanted, such as acme/asia-northeast1"))]
        : [new Location(settings.ProjectId, settings.Region)];

    private static IEnumerable<string> Next(string folder, string variables, Settings settings)
    {
        var (policies, file) = (Shell.Quoted(folder), Shell.Quoted(Path.GetFullPath(variables)));
        yield return $"cdctl check {policies} && cdctl test {policies}";
        yield return $"cdctl up --policies {policies}";
        yield return $"# Put the folder into git, push it to https://github.com/{settings.Policies}, and connect that with Cloud Build.";
        var image = settings.Image is null ? $" -var=image={settings.Region}-docker.pkg.dev/{settings.ProjectId}/app/functions@sha256:…" : "";
        yield return $"terraform -chdir=infra/examples/single-project apply -var-file={file}{image}";
        yield return $"cdctl doctor --tfvars {Shell.Quoted(variables)}";
    }
}
