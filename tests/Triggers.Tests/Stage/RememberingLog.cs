using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace CdAutomation.Triggers.Tests.Stage;

/// <summary>Every line that was logged, its exception included.</summary>
internal sealed class RememberingLog : ILoggerProvider, ILogger
{
    public ConcurrentQueue<string> Lines { get; } = [];

    /// <summary>Whom lines named as the one who acted.</summary>
    public ConcurrentQueue<string> Actors { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        Lines.Enqueue($"{logLevel} {formatter(state, exception)} {exception}");
        if (state is IReadOnlyList<KeyValuePair<string, object?>> fields && fields.FirstOrDefault(field => field.Key == "actor").Value is string actor)
            Actors.Enqueue(actor);
    }

    public void Dispose()
    {
    }
}
