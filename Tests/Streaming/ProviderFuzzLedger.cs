using System.Collections.Concurrent;
using Orleans.Streaming.PubSub;

namespace OrleansSie.Tests.Streaming;

/// <summary>Knows every delivery by message and attempt: that it was pulled, whether it succeeded, and every end that was reported of it.</summary>
internal sealed class ProviderFuzzLedger : IPubSubObserver, IPubSubMessageDecoder
{
    private readonly TextDecoder _decoder = new();
    private readonly ConcurrentDictionary<(string Message, int Attempt), ConcurrentQueue<string>> _ends = new();
    private readonly ConcurrentDictionary<(string Message, int Attempt), bool> _mayBeAcked = new();

    public int Pulled => _ends.Count;

    /// <summary>How every delivery ended, that has.</summary>
    public IEnumerable<string> Ends => _ends.Values.SelectMany(ends => ends);

    public IEnumerable<string> SettledMessages => _ends.Where(each => each.Value.Contains(nameof(Settled))).Select(each => each.Key.Message);

    public PubSubDecoded Decode(in PubSubReceived message)
    {
        var key = (message.MessageId, message.DeliveryAttempt);

        _ends.GetOrAdd(key, _ => new ConcurrentQueue<string>());
        var decoded = _decoder.Decode(message);
        if (!decoded.IsDelivered)
        {
            _mayBeAcked[key] = true;
        }

        return decoded;
    }

    /// <summary>The consumer is done with it; called before the provider can know.</summary>
    public void Succeeds(PubSubMessage message) => _mayBeAcked[(message.MessageId, message.DeliveryAttempt)] = true;

    public void Settled(in PubSubSettlement settlement) => End(settlement, nameof(Settled));

    public void DeliveryFailed(in PubSubSettlement settlement) => End(settlement, nameof(DeliveryFailed));

    public void Abandoned(in PubSubSettlement settlement, PubSubAbandonment reason) => End(settlement, reason.ToString());

    /// <summary>What is wrong with the ends of all deliveries; empty if each has exactly one and no ack was undeserved.</summary>
    public IEnumerable<string> Violations()
    {
        foreach (var ((message, attempt), ends) in _ends)
        {
            if (ends.Count != 1)
            {
                yield return $"{message}, attempt {attempt}, ended {ends.Count} times: {string.Join(", ", ends)}";
            }

            if (ends.Contains(nameof(Settled)) && !_mayBeAcked.ContainsKey((message, attempt)))
            {
                yield return $"{message}, attempt {attempt}, was acked without a successful delivery";
            }
        }

        foreach (var twice in SettledMessages.GroupBy(message => message).Where(group => group.Count() > 1))
        {
            yield return $"{twice.Key} came again after its ack";
        }
    }

    private static (string Message, int Attempt) KeyOf(in PubSubSettlement settlement) => (settlement.MessageId, settlement.DeliveryAttempt);

    private void End(in PubSubSettlement settlement, string end) =>
        _ends.GetOrAdd(KeyOf(settlement), _ => new ConcurrentQueue<string>()).Enqueue(end);
}
