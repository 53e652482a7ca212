using Microsoft.Extensions.Logging;

namespace Orleans.Streaming.PubSub;

/// <summary>Nacks what no consumer has settled or will settle, and logs the reason once per batch.</summary>
internal sealed class Rejections(ILogger logger)
{
    /// <summary>The stream has no consumer.</summary>
    public void RejectUnread(StreamId stream, PubSubMessage[] messages)
    {
        if (Reject(messages) is > 0 and var rejected)
        {
            logger.NoConsumer(stream, rejected, messages[0].MessageId);
        }
    }

    /// <summary>
    /// The agent moved on, and no observer took the batch: the consumer observes nothing, or a filter left the batch out.
    /// </summary>
    public void RejectUntaken(PubSubBatch batch)
    {
        if (Reject(batch.Own) is > 0 and var rejected)
        {
            logger.NotTaken(rejected, batch.Subscription, batch.Stream, batch.Own[0].MessageId);
        }
    }

    /// <summary>The delivery failed, or the consumer threw: what it has not settled is rejected.</summary>
    public void RejectFailed(PubSubBatchContainer failed)
    {
        var batch = failed.Batch;
        var rejected = Reject(batch.Own);
        if (rejected > 0 && failed.WasForElsewhere)
        {
            logger.ConsumerElsewhere(batch.Stream, rejected, batch.Own[0].MessageId);
        }
        else if (rejected > 0)
        {
            logger.DeliveryFailed(rejected, batch.Subscription, batch.Stream, batch.Own[0].MessageId);
        }
    }

    /// <summary>
    /// Rejects what is unsettled, as one failure. If the silo stops, gives it back instead. Returns how many were rejected.
    /// </summary>
    public static int Reject(ReadOnlySpan<PubSubMessage> messages)
    {
        var rejected = 0;
        foreach (var message in messages)
        {
            if (message.Manager.IsStopping)
            {
                message.Manager.Return(message);
            }
            else if (message.Manager.Reject(message, isFirst: rejected == 0))
            {
                rejected++;
            }
        }

        return rejected;
    }

    /// <summary>Gives back what is unsettled, without a failure.</summary>
    public static void Return(ReadOnlySpan<PubSubMessage> messages)
    {
        foreach (var message in messages)
        {
            message.Manager.Return(message);
        }
    }
}
