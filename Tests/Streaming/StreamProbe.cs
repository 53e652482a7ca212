using System.Collections.Concurrent;

namespace OrleansSie.Tests.Streaming;

/// <summary>What the consumers of one test cluster did, and how they are to behave; shared by its silos.</summary>
internal sealed class StreamProbe
{
    private readonly ConcurrentDictionary<string, int> _taken = new();

    /// <summary>What consumers do with an item before they are done; by default nothing.</summary>
    public Func<TextItem, Task> Effect { get; set; } = _ => Task.CompletedTask;

    /// <summary>How often each message id had its effect.</summary>
    public IReadOnlyDictionary<string, int> Taken => _taken;

    public async Task TakeAsync(TextItem item)
    {
        await Effect(item);
        _taken.AddOrUpdate(item.MessageId, 1, (_, count) => count + 1);
    }
}
