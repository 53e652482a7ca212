using System.Collections.Concurrent;
using Orleans.Streaming.PubSub;

namespace OrleansSie.Tests.Streaming;

/// <summary>What the consumers of one test cluster did, and how they are to behave; shared by its silos.</summary>
internal sealed class StreamProbe
{
    private readonly ConcurrentDictionary<string, int> _taken = new();

    public StreamProbe() => OnBatch = batch => Task.WhenAll(batch.Messages.Select(SettleAsync));

    /// <summary>What a consumer does with a message before it acks it; by default nothing. If it throws, the message is nacked.</summary>
    public Func<TextItem, Task> Effect { get; set; } = _ => Task.CompletedTask;

    /// <summary>What a consumer does in its OnNextAsync; by default it has the effects of all messages and settles each.</summary>
    public Func<PubSubBatch, Task> OnBatch { get; set; }

    /// <summary>Whether batches are counted, for which they have to be read.</summary>
    public bool CountsBatches { get; set; } = true;

    /// <summary>How often each message id had its effect.</summary>
    public IReadOnlyDictionary<string, int> Taken => _taken;

    /// <summary>The size of every batch.</summary>
    public ConcurrentQueue<int> Batches { get; } = new();

    public Task TakeAsync(PubSubBatch batch)
    {
        if (CountsBatches)
        {
            Batches.Enqueue(batch.Messages.Count);
        }

        return OnBatch(batch);
    }

    public async Task SettleAsync(PubSubMessage message)
    {
        try
        {
            await Effect((TextItem)message.Item);
        }
        catch (InvalidOperationException)
        {
            message.Nack();
            return;
        }

        _taken.AddOrUpdate(message.MessageId, 1, (_, count) => count + 1);
        message.Ack("taken");
    }
}
