using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using OrleansSie.Silo.Storage;
using Xunit;

namespace OrleansSie.Tests.Storage;

public sealed class StoreHealthTests
{
    [Fact]
    public async Task Write_ThatHangs_IsWaitedForAndNotFollowedByAnother()
    {
        var cancel = TestContext.Current.CancellationToken;
        var time = new FakeTimeProvider();
        var started = new SemaphoreSlim(0);
        var answer = new TaskCompletionSource();
        var writes = 0;
        using var health = new StoreHealth(
            _ =>
            {
                Interlocked.Increment(ref writes);
                started.Release();
                return answer.Task;
            },
            "the store",
            time,
            NullLogger<StoreHealth>.Instance);

        for (var look = 0; look < 3; look++)
        {
            var looking = health.LookAsync(cancel);
            if (look == 0)
            {
                await started.WaitAsync(cancel);
            }

            time.Advance(TimeSpan.FromSeconds(3));
            Assert.False(await looking);
        }

        Assert.Equal(1, writes);
        Assert.Contains("no answer within 3 s", health.Fault, StringComparison.Ordinal);

        var last = health.LookAsync(cancel);
        answer.SetResult();
        Assert.True(await last);
    }
}
