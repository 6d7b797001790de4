using System.Collections.Immutable;
using CdAutomation.Cli.Commands;
using CdAutomation.Domain.Images;
using Spectre.Console;

namespace CdAutomation.Cli.Init;

/// <summary>Asks whoever sits at the terminal for what the command line did not say.</summary>
/// <param name="asks">Whether somebody sits there.</param>
internal sealed class Questioning(bool asks)
{
    /// <summary>What was given, or else what is answered.</summary>
    /// <param name="given">What the command line says; null for nothing.</param>
    /// <param name="option">What the option is called.</param>
    /// <param name="question">What to ask.</param>
    /// <param name="isRight">Whether it can be that.</param>
    /// <param name="wanted">What it must be, for people.</param>
    /// <exception cref="ConnectionException">It is not right, or nobody can be asked.</exception>
    public string Answer(string? given, string option, string question, Func<string, bool> isRight, string wanted)
    {
        if (given is not null)
            return isRight(given) ? given : throw new ConnectionException($"{option} is {Excerpt.Of(given)}, where {wanted} is wanted");
        return asks
            ? AnsiConsole.Prompt(new TextPrompt<string>(Markup.Escape(question))
                .Validate(answer => isRight(answer.Trim()) ? ValidationResult.Success() : ValidationResult.Error(Markup.Escape($"This is to be {wanted}.")))).Trim()
            : throw new ConnectionException($"{option} is not given, and nobody can be asked here; it is to be {wanted}");
    }

    /// <summary>The pipelines that are wanted: all of them where nobody can be asked.</summary>
    public ImmutableArray<Proposal> Choose(ImmutableArray<Proposal> pipelines)
    {
        if (!asks)
            return pipelines;
        var prompt = new MultiSelectionPrompt<Proposal>()
            .Title("Which pipelines are to be written?")
            .UseConverter(it => Markup.Escape($"{it.Name}: {it.Repository} to {string.Join(", ", it.Targets.Select(target => $"{target.Name} of {target.At}"))}"));
        foreach (var pipeline in pipelines)
            prompt.AddChoices(pipeline).Select(pipeline);
        return [.. AnsiConsole.Prompt(prompt)];
    }
}
