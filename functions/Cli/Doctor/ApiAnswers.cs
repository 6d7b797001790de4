using System.Text.Json.Serialization.Metadata;
using CdAutomation.Cli.Commands;
using CdAutomation.Delivery;
using CdAutomation.Delivery.Policies;
using CdAutomation.Triggers.Requests;

namespace CdAutomation.Cli.Doctor;

/// <summary>What the functions say of themselves. Each question is asked once, however many want to know.</summary>
/// <param name="open">Finds the HTTP API.</param>
/// <param name="cancellation">Stops all questions.</param>
internal sealed class ApiAnswers(Func<CancellationToken, Task<Connection>> open, CancellationToken cancellation) : IDisposable
{
    private readonly Lazy<Task<Connection>> _connection = new(() => open(cancellation));
    private Lazy<Task<StatusReport>>? _status;
    private Lazy<Task<PolicyReport>>? _policy;
    private Lazy<Task<EventsReport>>? _events;

    /// <exception cref="ConnectionException">It is not known where it is.</exception>
    public Task<Connection> ConnectionAsync(CancellationToken late) => _connection.Value.WaitAsync(late);

    /// <summary>Where every pipeline stands.</summary>
    /// <exception cref="RefusedException">The API refuses to say.</exception>
    /// <exception cref="ConnectionException">Nobody answers.</exception>
    public Task<StatusReport> StatusAsync(CancellationToken late) => Once(ref _status, "/v1/status", ApiJson.Default.StatusReport).WaitAsync(late);

    /// <summary>Which policies are in force.</summary>
    /// <inheritdoc cref="StatusAsync"/>
    public Task<PolicyReport> PolicyAsync(CancellationToken late) => Once(ref _policy, "/v1/policy", ApiJson.Default.PolicyReport).WaitAsync(late);

    /// <summary>The latest events.</summary>
    /// <inheritdoc cref="StatusAsync"/>
    public Task<EventsReport> EventsAsync(CancellationToken late) =>
        Once(ref _events, $"/v1/events?limit={Questions.EventsMax}", ApiJson.Default.EventsReport).WaitAsync(late);

    public void Dispose()
    {
        if (_connection is { IsValueCreated: true, Value.IsCompletedSuccessfully: true })
            _connection.Value.Result.Dispose();
    }

    private Task<T> Once<T>(ref Lazy<Task<T>>? answer, string path, JsonTypeInfo<T> type)
        where T : class
    {
        var mine = new Lazy<Task<T>>(() => AskAsync(path, type));
        return (Interlocked.CompareExchange(ref answer, mine, null) ?? mine).Value;
    }

    private async Task<T> AskAsync<T>(string path, JsonTypeInfo<T> type)
        where T : class
    {
        var connection = await _connection.Value;
        var (value, problem) = await connection.GetAsync(path, type, cancellation);
        return value ?? throw new RefusedException(problem!);
    }
}

/// <summary>The API knows why it does not answer.</summary>
internal sealed class RefusedException(Problem problem) : ConnectionException($"{problem.Title}: {problem.Detail}")
{
    public Problem Problem { get; } = problem;
}
