using System.CommandLine;
using Spectre.Console;

namespace CdAutomation.Cli.Output;

/// <summary>Text for people: coloured on a terminal, plain elsewhere; errors go to standard error.</summary>
internal sealed class Screen
{
    private readonly IAnsiConsole? _console;
    private readonly TextWriter _output;
    private readonly TextWriter _error;

    private Screen(TextWriter output, TextWriter error, bool terminal)
    {
        (_output, _error) = (output, error);
        // Colours and line breaks only where somebody looks; a pipe gets each line whole.
        _console = terminal && Environment.GetEnvironmentVariable("NO_COLOR") is null
            ? AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(output) })
            : null;
    }

    /// <summary>Says nothing.</summary>
    public static Screen Silent { get; } = new(TextWriter.Null, TextWriter.Null, terminal: false);

    public static Screen For(ParseResult arguments) => new(
        arguments.InvocationConfiguration.Output, arguments.InvocationConfiguration.Error, !Console.IsOutputRedirected);

    /// <summary>A line of Spectre markup; whatever comes from outside must have been through <see cref="Markup.Escape"/>.</summary>
    public void Line(string markup = "")
    {
        if (_console is null)
            _output.WriteLine(Markup.Remove(markup));
        else
            _console.MarkupLine(markup);
    }

    /// <summary>Says what is going on while it goes on, where somebody looks; nothing of it stays.</summary>
    /// <param name="begin">What is going on.</param>
    /// <param name="work">The work; what it is given says how far it is.</param>
    public Task<T> WhileAsync<T>(string begin, Func<Action<string>, Task<T>> work) => _console is null
        ? work(static _ => { })
        : _console.Status().StartAsync(Markup.Escape(begin), context => work(now => context.Status = Markup.Escape(now)));

    /// <summary>A line as it is.</summary>
    public void Raw(string line) => _output.WriteLine(line);

    public void Error(string sentence) => _error.WriteLine($"cdctl: {sentence}");
}
