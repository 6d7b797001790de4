using System.Net;
using System.Net.Sockets;
using CdAutomation.Delivery;
using CdAutomation.Storage.Firestore;
using Google.Cloud.Firestore.V1;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace CdAutomation.Storage.Tests.Firestore;

/// <summary>The ways in which the service fails us, each on the real one.</summary>
[TestFixture]
[Category("Firestore")]
public sealed class UnavailableTests
{
    private static readonly FirestoreLimits Short = new() { Total = TimeSpan.FromSeconds(3), Attempt = TimeSpan.FromSeconds(1), OvertakenMax = 8 };

    [Test]
    public async Task Nobody_who_listens_is_a_journal_that_is_unavailable_and_the_probe_says_so()
    {
        var options = new FirestoreOptions { Project = "test", EmulatorHost = $"127.0.0.1:{ClosedPort()}", Limits = Short };
        using var channel = FirestoreChannel.Connect(options);
        var journal = new FirestoreJournal(channel.CreateCallInvoker(), options, null, TimeProvider.System);

        Assert.That(async () => await journal.LoadAsync("shop", default), Throws.TypeOf<JournalUnavailableException>().With.Message.Contain("Unavailable"));
        Assert.That(async () => await journal.SettleAsync("a", null, default), Throws.TypeOf<JournalUnavailableException>());
        Assert.That((await Probe(channel.CreateCallInvoker(), options).ProbeAsync(default))!.Code, Is.EqualTo("store.unreachable"));
    }

    [Test]
    public async Task Whoever_listens_and_never_answers_is_left_in_time()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var options = new FirestoreOptions
        {
            Project = "test",
            EmulatorHost = $"127.0.0.1:{((IPEndPoint)silent.LocalEndpoint).Port}",
            Limits = Short with { Attempt = TimeSpan.FromMilliseconds(200), Total = TimeSpan.FromSeconds(1) },
        };
        using var channel = FirestoreChannel.Connect(options);
        var journal = new FirestoreJournal(channel.CreateCallInvoker(), options, null, TimeProvider.System);

        Assert.That(async () => await journal.LoadAsync("shop", default), Throws.TypeOf<JournalUnavailableException>().With.Message.Contain("within"));
        Assert.That((await Probe(channel.CreateCallInvoker(), options).ProbeAsync(default))!.Code, Is.EqualTo("store.unreachable"));
    }

    [TestCase(StatusCode.Aborted, 3)]
    [TestCase(StatusCode.Unavailable, 2)]
    public async Task A_call_that_fails_in_passing_is_made_again(StatusCode code, int times)
    {
        var options = Emulator.NewDatabase() with { Limits = Short };
        var weather = new Weather { Code = code, Left = times };
        var journal = new FirestoreJournal(Emulator.Calls.Intercept(weather), options, null, TimeProvider.System);

        var kept = await journal.KeepAsync(new("shop", 0, Domain.Releases.PipelineState.New), new(Domain.Releases.PipelineState.New, []), default);
        Assert.That((kept.Version, weather.Left), Is.EqualTo((1L, 0)));
    }

    [TestCase(StatusCode.Aborted)]
    [TestCase(StatusCode.FailedPrecondition)]
    [TestCase(StatusCode.PermissionDenied)]
    public void A_call_that_never_succeeds_is_given_up(StatusCode code)
    {
        var options = Emulator.NewDatabase() with { Limits = Short };
        var weather = new Weather { Code = code, Left = 1000 };
        var journal = new FirestoreJournal(Emulator.Calls.Intercept(weather), options, null, TimeProvider.System);

        Assert.That(
            async () => await journal.KeepAsync(new("shop", 0, Domain.Releases.PipelineState.New), new(Domain.Releases.PipelineState.New, []), default),
            Throws.TypeOf<JournalUnavailableException>());
        Assert.That(1000 - weather.Left, Is.LessThanOrEqualTo(1 + Short.OvertakenMax));
    }

    [Test]
    public async Task A_commit_whose_answer_was_lost_is_not_made_twice()
    {
        var options = Emulator.NewDatabase() with { Limits = Short };
        var weather = new Weather { Code = StatusCode.Unavailable, Left = 1, AfterTheFact = true };
        var journal = new FirestoreJournal(Emulator.Calls.Intercept(weather), options, null, TimeProvider.System);

        // As if another worker had been first: it is read again and decided again, from what stands.
        Assert.That(
            async () => await journal.KeepAsync(new("shop", 0, Domain.Releases.PipelineState.New), new(Domain.Releases.PipelineState.New, []), default),
            Throws.TypeOf<StateMovedException>());
        Assert.That((await journal.LoadAsync("shop", default)).Version, Is.EqualTo(1));
    }

    [Test]
    public async Task Without_a_token_nothing_is_asked_and_no_token_is_sent_in_the_clear()
    {
        var options = new FirestoreOptions { Project = "test", Limits = Short };
        static Task<string> None(CancellationToken cancellation) => throw new InvalidOperationException("the metadata server is away");
        var journal = new FirestoreJournal(Emulator.Calls, options, None, TimeProvider.System);

        Assert.That(async () => await journal.LoadAsync("shop", default), Throws.TypeOf<JournalUnavailableException>().With.Message.Contain("the metadata server is away"));
        Assert.That((await new FirestoreProbe(Emulator.Calls, options, None, TimeProvider.System).ProbeAsync(default))!.Code, Is.EqualTo("store.denied"));

        var plain = new FirestoreJournal(Emulator.Calls, Emulator.NewDatabase(), None, TimeProvider.System);
        Assert.That((await plain.LoadAsync("shop", default)).Version, Is.Zero, "the emulator is asked without one");
    }

    [Test]
    public async Task The_probe_finds_nothing_wrong_with_a_database_that_can_be_written() =>
        Assert.That(await Probe(Emulator.Calls, Emulator.NewDatabase()).ProbeAsync(default), Is.Null);

    [TestCase(StatusCode.PermissionDenied, "store.denied")]
    [TestCase(StatusCode.NotFound, "store.missing")]
    [TestCase(StatusCode.ResourceExhausted, "store.quota")]
    [TestCase(StatusCode.Internal, "store.unusable")]
    public async Task The_probe_names_what_is_wrong(StatusCode code, string reason)
    {
        var calls = Emulator.Calls.Intercept(new Weather { Code = code, Left = 1 });
        Assert.That((await Probe(calls, Emulator.NewDatabase()).ProbeAsync(default))!.Code, Is.EqualTo(reason));
    }

    private static FirestoreProbe Probe(CallInvoker calls, FirestoreOptions options) => new(calls, options, null, TimeProvider.System);

    private static int ClosedPort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>Lets commits and beginnings fail, before they are made or after.</summary>
    private sealed class Weather : Interceptor
    {
        public required StatusCode Code { get; init; }

        public required int Left { get; set; }

        public bool AfterTheFact { get; init; }

        public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
            TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
        {
            if (Left == 0 || request is not (CommitRequest or BeginTransactionRequest))
                return continuation(request, context);
            Left--;
            var made = AfterTheFact ? continuation(request, context) : null;
            return new(FailAsync<TResponse>(made), Task.FromResult(new Metadata()), () => new Status(Code, "weather"), () => [], () => made?.Dispose());
        }

        private async Task<T> FailAsync<T>(AsyncUnaryCall<T>? made)
        {
            if (made is not null)
                await made;
            throw new RpcException(new Status(Code, "weather"));
        }
    }
}
