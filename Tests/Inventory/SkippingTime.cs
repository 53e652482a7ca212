using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using OrleansSie.Silo.Inventory;

namespace OrleansSie.Tests.Inventory;

/// <summary>A clock on which every pause ends at once and is written down. Only the limit of an attempt waits to be told.</summary>
internal sealed class SkippingTime : FakeTimeProvider
{
    private readonly ConcurrentQueue<TimeSpan> _pauses = new();

    public SkippingTime()
        : base(new DateTimeOffset(2026, 3, 2, 12, 0, 20, TimeSpan.Zero))
    {
    }

    public IReadOnlyCollection<TimeSpan> Pauses => _pauses;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = base.CreateTimer(callback, state, dueTime, period);
        if (dueTime > TimeSpan.Zero && dueTime != ComputeApi.AttemptLimit)
        {
            _pauses.Enqueue(dueTime);
            ThreadPool.QueueUserWorkItem(_ => Advance(dueTime));
        }

        return timer;
    }
}
