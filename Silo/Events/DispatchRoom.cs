namespace OrleansSie.Silo.Events;

/// <summary>
/// How many of this silo's events are with dispatchers at once: as many as come back well within a dispatcher's second. More events would
/// only wait there, come back without an outcome, and be taken to their instances a second time. Batches enter in the order in which they
/// came.
/// </summary>
internal sealed class DispatchRoom
{
    public const int Least = 256;
    public const int First = 512;
    public const int Most = 2048;

    private static readonly TimeSpan _fast = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _slow = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private readonly Queue<(int Events, TaskCompletionSource Entered)> _waiting = new();
    private int _inside;

    /// <summary>How many events there is room for now.</summary>
    public int Size { get; private set; } = First;

    /// <summary>Waits for room, as long as the patience lasts. A batch that is larger than all room enters alone.</summary>
    /// <returns>Whether it has entered.</returns>
    public async ValueTask<bool> EnterAsync(int events, TimeSpan patience, TimeProvider time)
    {
        TaskCompletionSource entered;
        lock (_lock)
        {
            if (_waiting.Count == 0 && Fits(events))
            {
                _inside += events;
                return true;
            }

            entered = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Enqueue((events, entered));
        }

        await Task.WhenAny(entered.Task, Task.Delay(patience, time));
        return !entered.TrySetCanceled();
    }

    /// <summary>
    /// A batch has come back. If all its events have an outcome, the room grows or shrinks by how long it took. If most have none, the room
    /// is halved. If a few have none, those instances are slow: their events have held the room for a second, so it grows for the others. A
    /// dispatcher that did not answer at all is away, and the room stays as it is.
    /// </summary>
    /// <param name="events">How many events the batch has.</param>
    /// <param name="without">How many of them came back without an outcome; null if the dispatcher did not answer.</param>
    /// <param name="took">How long it took.</param>
    public void Leave(int events, int? without, TimeSpan took)
    {
        lock (_lock)
        {
            _inside -= events;
            Size = Math.Clamp(Next(events, without, took), Least, Most);
            while (_waiting.TryPeek(out var next) && (next.Entered.Task.IsCanceled || Fits(next.Events)))
            {
                _waiting.Dequeue();
                _inside += next.Entered.TrySetResult() ? next.Events : 0;
            }
        }
    }

    private int Next(int events, int? without, TimeSpan took) =>
        without * 2 > events ? Size / 2
        : without is null ? Size
        : without > 0 ? Size + Math.Max(1, events / 4)
        : took > _slow ? Size - (Size / 8)
        : took < _fast ? Size + Math.Max(1, events / 4)
        : Size;

    private bool Fits(int events) => _inside == 0 || _inside + events <= Size;
}
