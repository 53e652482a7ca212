using System.Threading.Channels;
using Orleans.Streaming.PubSub;
using Xunit;

namespace OrleansSie.Tests.Streaming;

/// <summary>Keeps what it is told, so that a test can wait for it.</summary>
internal sealed class RecordingObserver : IPubSubObserver
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);
    private readonly Channel<PubSubSettlement> _settled = Channel.CreateUnbounded<PubSubSettlement>();
    private readonly Channel<PubSubSettlement> _failed = Channel.CreateUnbounded<PubSubSettlement>();
    private readonly Channel<(PubSubSettlement Settlement, PubSubAbandonment Reason)> _abandoned = Channel.CreateUnbounded<(PubSubSettlement, PubSubAbandonment)>();

    public bool HasSettled => _settled.Reader.Count > 0;

    public bool HasFailed => _failed.Reader.Count > 0;

    public void Settled(in PubSubSettlement settlement) => _settled.Writer.TryWrite(settlement);

    public void DeliveryFailed(in PubSubSettlement settlement) => _failed.Writer.TryWrite(settlement);

    public void Abandoned(in PubSubSettlement settlement, PubSubAbandonment reason) => _abandoned.Writer.TryWrite((settlement, reason));

    public Task<List<PubSubSettlement>> SettledAsync(int count) => ReadAsync(_settled.Reader, count);

    public Task<List<PubSubSettlement>> FailedAsync(int count) => ReadAsync(_failed.Reader, count);

    public Task<List<(PubSubSettlement Settlement, PubSubAbandonment Reason)>> AbandonedAsync(int count) => ReadAsync(_abandoned.Reader, count);

    private static async Task<List<T>> ReadAsync<T>(ChannelReader<T> reader, int count)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(_patience);
        var read = new List<T>(count);
        while (read.Count < count)
        {
            read.Add(await reader.ReadAsync(patience.Token));
        }

        return read;
    }
}
