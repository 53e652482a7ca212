using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Orleans.Streaming.PubSub;
using Xunit;

namespace OrleansSie.Tests.Streaming;

/// <summary>A lease manager on a clock that the test moves, over a fake Pub/Sub.</summary>
internal sealed class LeaseBench : IDisposable
{
    private readonly DateTimeOffset _start;

    public LeaseBench(Action<PubSubStreamOptions>? configure = null, TimeProvider? time = null)
    {
        Options.Subscriptions.Add(FakePubSub.Subscription);
        configure?.Invoke(Options);
        _start = Time.GetUtcNow();
        Circuit = new DeliveryCircuit(FakePubSub.Subscription, Options, null, time ?? Time, NullLogger.Instance);
        var reporter = new SettlementReporter(Status, Observer, NullLogger.Instance);
        Leases = new LeaseManager(PubSub, Options, Status, Circuit, reporter, time ?? Time, NullLogger.Instance);
    }

    public PubSubStreamOptions Options { get; } = new();

    public FakePubSub PubSub { get; } = new() { Redelivers = false };

    public FakeTimeProvider Time { get; } = new();

    public TimeSpan Elapsed => Time.GetUtcNow() - _start;

    public RecordingObserver Observer { get; } = new();

    public PubSubSubscriptionStatus Status { get; } = new(FakePubSub.Subscription);

    public DeliveryCircuit Circuit { get; }

    public LeaseManager Leases { get; }

    /// <summary>Publishes, pulls, decodes and takes messages.</summary>
    /// <param name="count">How many.</param>
    /// <param name="stream">The stream of all of them; by default each has one of its own.</param>
    public async Task<List<PubSubMessage>> TakeAsync(int count, string? stream = null)
    {
        for (var i = 0; i < count; i++)
        {
            PubSub.Publish($"ok/{stream ?? i.ToString(CultureInfo.InvariantCulture)}");
        }

        var pulled = await PubSub.PullAsync(FakePubSub.Subscription, count, waits: true, TestContext.Current.CancellationToken);
        var messages = pulled.Select(Decoded).ToArray();
        Leases.Take(messages);
        return [.. messages];
    }

    /// <summary>A batch in the hands of a consumer.</summary>
    public PubSubBatch HandOut(StreamId stream, params object[] items)
    {
        var messages = items.Select((item, i) =>
        {
            var received = new PubSubReceived(FakePubSub.Subscription, $"m{i}", default, 1, default, new Dictionary<string, string>());
            var message = new PubSubMessage(Leases, new PulledMessage($"a{i}", 1, received));
            message.SetDecoded(PubSubDecoded.Deliver(stream, item));
            return message;
        }).ToArray();
        Leases.Take(messages);
        return Leases.HandOut(stream, messages)!;
    }

    private PubSubMessage Decoded(PulledMessage pulled)
    {
        var message = new PubSubMessage(Leases, pulled);
        message.SetDecoded(new TextDecoder().Decode(pulled.Message));
        return message;
    }

    /// <summary>
    /// Moves the clock half a second a step until something is so; fails if it never is. A step is no faster than a tick of real
    /// time, so that the fake clock does not run ahead of the loops under test on a busy machine.
    /// </summary>
    /// <param name="reached">Whether it is so.</param>
    /// <param name="latest">Where the clock stands still, until the loops have done what is due by then.</param>
    public async Task UntilAsync(Func<bool> reached, TimeSpan? latest = null)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(2));
        for (var i = 0; !reached(); i++)
        {
            Assert.True(i < 20_000, "It never came to that.");
            Time.Advance(Elapsed < latest || latest is null ? TimeSpan.FromSeconds(0.5) : TimeSpan.Zero);
            for (var turn = 0; turn < 20 && !reached(); turn++)
            {
                await Task.Run(static () => { });
            }

            if (!reached())
            {
                await pace.WaitForNextTickAsync();
            }
        }
    }

    public void Dispose() => Leases.Dispose();
}
