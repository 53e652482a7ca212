using System.Diagnostics;
using Google.Cloud.PubSub.V1;
using Google.Protobuf;
using Grpc.Net.Client;

namespace OrleansSie.Bench.Soak;

/// <summary>
/// Publishes over gRPC, and never has more than a window of messages unsettled: the broker lives in the silo's process, and its
/// backlog must not be taken for the silo's memory.
/// </summary>
internal sealed class SoakPublisher : IDisposable
{
    private const int MostUnsettled = 2_000;
    private const int Batch = 250;
    private static readonly TimeSpan _stuck = TimeSpan.FromMinutes(2);

    private readonly SoakSilo _silo;
    private readonly GrpcChannel _channel;
    private readonly Publisher.PublisherClient _client;
    private long _published;

    public SoakPublisher(SoakSilo silo)
    {
        _silo = silo;
        _channel = GrpcChannel.ForAddress($"http://127.0.0.1:{silo.PubSubPort}");
        _client = new Publisher.PublisherClient(_channel);
    }

    /// <summary>Messages that this publisher's silo has taken over since its start.</summary>
    public long Published => Interlocked.Read(ref _published);

    /// <summary>Publishes all, and waits until each is settled.</summary>
    public async Task SettleAsync(IEnumerable<SoakEvent> events, CancellationToken ct)
    {
        foreach (var batch in events.Chunk(Batch))
        {
            foreach (var topic in batch.GroupBy(e => e.Topic))
            {
                var request = new PublishRequest { Topic = topic.Key };
                request.Messages.AddRange(topic.Select(e => new PubsubMessage { Data = ByteString.CopyFromUtf8(e.Text) }));
                await _client.PublishAsync(request, cancellationToken: ct);
            }

            Interlocked.Add(ref _published, batch.Length);
            await UnsettledAsync(MostUnsettled - Batch, ct);
        }

        await UnsettledAsync(0, ct);
    }

    public void Dispose() => _channel.Dispose();

    private async Task UnsettledAsync(int most, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(40));
        var (last, since) = (-1L, Stopwatch.GetTimestamp());
        while (await SettledAsync(ct) is var settled && Published - settled > most)
        {
            (last, since) = settled == last ? (last, since) : (settled, Stopwatch.GetTimestamp());
            if (Stopwatch.GetElapsedTime(since) > _stuck)
            {
                throw new InvalidOperationException($"Nothing was settled for {_stuck.TotalMinutes} minutes: {settled} of {Published} messages.");
            }

            await timer.WaitForNextTickAsync(ct);
        }
    }

    private async Task<long> SettledAsync(CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        return (await _silo.ScrapeAsync()).Settled;
    }
}
