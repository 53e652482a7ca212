using System.Collections.Immutable;
using Google.Cloud.PubSub.V1;

namespace OrleansSie.Silo.Local;

/// <summary>A topic: every subscription made before a publish gets every message of it. It keeps nothing itself.</summary>
internal sealed class LocalTopic
{
    private ImmutableArray<LocalSubscription> _subscriptions = [];

    public LocalTopic(Topic about)
    {
        About = about;
    }

    /// <summary>As it was created.</summary>
    public Topic About { get; }

    public void Attach(LocalSubscription subscription) =>
        ImmutableInterlocked.Update(ref _subscriptions, (all, added) => all.Add(added), subscription);

    public void Publish(IReadOnlyList<PubsubMessage> messages)
    {
        foreach (var subscription in _subscriptions)
        {
            subscription.Add(messages);
        }
    }
}
