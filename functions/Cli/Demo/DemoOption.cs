using System.CommandLine;

namespace CdAutomation.Cli.Demo;

/// <summary><c>--demo</c>: alone, or with the name of a story.</summary>
internal static class DemoOption
{
    public static Option<string?> Create()
    {
        var option = new Option<string?>("--demo")
        {
            HelpName = string.Join('|', Story.All.Select(story => story.Name)),
            Arity = ArgumentArity.ZeroOrOne,
            Description = $"Tell a story by itself, each decision as it happens. {string.Join("; ", Story.All.Select(story => $"{story.Name}: {story.About}"))}. "
                + $"Without a name, {Story.All[0].Name}.",
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var name }] && Story.Named(name) is null)
                result.AddError($"There is no story '{name}'; --demo tells {string.Join(" and ", Story.All.Select(story => story.Name))}.");
        });
        return option;
    }

    /// <summary>The story that was asked for, or null.</summary>
    public static Story? StoryOf(ParseResult arguments, Option<string?> option) =>
        arguments.GetResult(option) is null ? null : arguments.GetValue(option) is { } name ? Story.Named(name) : Story.All[0];
}
