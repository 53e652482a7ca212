using Orleans.Streaming.PubSub;
using Orleans.Streams;

namespace OrleansSie.Tests.Streaming;

/// <summary>A stream's consumer, and the agent's loop that delivers to it.</summary>
internal sealed class ProviderFuzzConsumer(IQueueCacheCursor cursor)
{
    private PubSubBatchContainer? _delivery;

    /// <summary>What it has taken over.</summary>
    public List<PubSubMessage> Hands { get; } = [];

    public void GoOn()
    {
        if (_delivery is null)
        {
            MoveOn();
        }
    }

    public void TakeOver()
    {
        if (_delivery is { Batch.IsTaken: false })
        {
            Hands.AddRange(_delivery.GetEvents<PubSubBatch>().Single().Item1.Messages);
        }
    }

    public void Return()
    {
        if (_delivery is not null)
        {
            MoveOn();
        }
    }

    public void Throw()
    {
        if (_delivery is not null)
        {
            cursor.RecordDeliveryFailure();
            MoveOn();
        }
    }

    public void Settle(int most, Action<PubSubMessage> how)
    {
        var settled = Hands.Take(most).ToList();
        settled.ForEach(how);
        Hands.RemoveRange(0, settled.Count);
    }

    /// <summary>Answers what the consumer still has.</summary>
    public List<PubSubMessage> Close()
    {
        cursor.Dispose();
        return Hands;
    }

    private void MoveOn()
    {
        cursor.MoveNextWithResult();
        _delivery = cursor.GetCurrent(out _) as PubSubBatchContainer;
    }
}
