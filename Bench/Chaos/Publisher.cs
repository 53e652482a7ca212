using OrleansSie.Bench.Chaos.Grounds;
using OrleansSie.Bench.Chaos.Mixing;
using OrleansSie.Testing.Parts;

namespace OrleansSie.Bench.Chaos;

/// <summary>Publishes messages evenly over a time, so that they flow during every fault. It loses none.</summary>
internal sealed class Publisher
{
    private const int MostInARequest = 200;

    /// <summary>Longer than any pause of the emulator: a publish that is answered late is not published twice.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan _beat = TimeSpan.FromMilliseconds(250);

    private readonly PubSubRest _pubSub;
    private readonly Progress _progress;

    public Publisher(PubSubRest pubSub, Progress progress)
    {
        _pubSub = pubSub;
        _progress = progress;
    }

    /// <summary>Messages that Pub/Sub has accepted.</summary>
    public int Published { get; private set; }

    /// <summary>Messages that were sent again after an error: those may be there twice.</summary>
    public int SentAgain { get; private set; }

    /// <summary>Some of these are events of their own each time, so the model has no exact answer.</summary>
    public bool HasSpoiltTheModel { get; private set; }

    /// <summary>Publishes all of them, paced over the time.</summary>
    public async Task RunAsync(IReadOnlyList<MixMessage> messages, TimeSpan over, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        var published = 0;
        using var timer = new PeriodicTimer(_beat);
        while (published < messages.Count)
        {
            var due = (int)Math.Min(messages.Count, Math.Ceiling(TimeProvider.System.GetElapsedTime(started) / over * messages.Count));
            foreach (var batch in messages.Take(published..due).Chunk(MostInARequest))
            {
                await PublishAsync(batch, toCreations: true, cancellationToken);
                await PublishAsync(batch, toCreations: false, cancellationToken);
            }

            published = due;

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private async Task PublishAsync(MixMessage[] batch, bool toCreations, CancellationToken cancellationToken)
    {
        var messages = batch.Where(m => m.IsCreationTopic == toCreations).ToList();
        while (messages.Count > 0)
        {
            try
            {
                await _pubSub.PublishAsync(Topics.Of(toCreations), messages.Select(m => m.Data));
                Published += messages.Count;
                _progress.Published = Published;
                return;
            }
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
            {
                // Whether they are there is unknown; a duplicate is harmless where the message tells its event.
                SentAgain += messages.Count;
                HasSpoiltTheModel |= messages.Exists(m => !m.MayRepeat);
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellationToken);
            }
        }
    }
}
