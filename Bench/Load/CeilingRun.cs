using Orleans.Streaming.PubSub;
using OrleansSie.Bench.Chaos.Grounds;
using OrleansSie.Testing.Parts;

namespace OrleansSie.Bench.Load;

/// <summary><c>drain</c>: what the emulator can give on this machine, to a client that does no work.</summary>
internal static class CeilingRun
{
    private static readonly int[] _calls = [1, 2, 4, 8];

    public static async Task<List<Figure>> RunAsync(LoadOptions options, ExporterProgram _, LoadProgress progress, CancellationToken cancellationToken)
    {
        await using var parts = await LoadParts.StartAsync(options, cancellationToken);
        var entries = new Workload(options.Clusters).Entries(..options.Events, creations: true);
        var figures = new List<Figure>();
        foreach (var calls in _calls)
        {
            progress.Step = $"{calls} calls";
            figures.AddRange(await BareClient.DrainAsync(parts, entries, calls, cancellationToken));
        }

        return figures;
    }
}

/// <summary>Takes messages with unary Pull and acknowledges them, and does nothing else: what the emulator itself can give on this machine.</summary>
internal static class BareClient
{
    private const int MessagesAPull = 100;

    /// <summary>Publishes entries, takes all of them with some calls at a time, and says how it went.</summary>
    public static async Task<IEnumerable<Figure>> DrainAsync(LoadParts parts, List<byte[]> entries, int calls, CancellationToken cancellationToken)
    {
        await parts.PublishAsync(toCreations: true, entries);
        var (own, emulator, started) = (Environment.CpuUsage.TotalTime, parts.Emulator.Cpu, TimeProvider.System.GetTimestamp());
        await TakeAsync(parts.Emulator, entries.Count, calls, cancellationToken);
        var name = $"bare client, {calls} calls";
        return
        [
            new Figure($"{name}, a second", entries.Count / TimeProvider.System.GetElapsedTime(started).TotalSeconds),
            new Figure($"{name}, CPU each, us", (Environment.CpuUsage.TotalTime - own).TotalMicroseconds / entries.Count),
            new Figure($"{name}, the emulator's CPU each, us", (parts.Emulator.Cpu - emulator).TotalMicroseconds / entries.Count),
        ];
    }

    private static async Task TakeAsync(EmulatorPart emulator, int count, int calls, CancellationToken cancellationToken)
    {
        var subscription = $"projects/{ChaosEnvironment.Project}/subscriptions/{Topics.SubscriptionOf(creations: true)}";
        using var api = new GrpcPubSubApi(new PubSubStreamOptions { EmulatorHost = emulator.Host }, TimeProvider.System);
        using var all = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var taken = 0;
        try
        {
            await Task.WhenAll(Enumerable.Range(0, calls).Select(async _ =>
            {
                while (taken < count)
                {
                    var messages = await api.PullAsync(subscription, MessagesAPull, waits: true, all.Token);
                    await api.AcknowledgeAsync(subscription, [.. messages.Select(m => m.AckId)], all.Token);
                    if (Interlocked.Add(ref taken, messages.Count) >= count)
                    {
                        // The others wait for messages that do not come.
                        await all.CancelAsync();
                    }
                }
            }));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // All are taken.
        }
    }
}
