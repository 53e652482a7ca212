using Xunit;

namespace OrleansSie.Tests.EndToEnd;

/// <summary>Waits for what another process or thread brings about; ends as soon as it is so, and fails with the last answer.</summary>
internal static class Eventually
{
    // More than the minute within which a lost message or report is made up for.
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    /// <summary>Asks until the answer satisfies.</summary>
    public static async Task<T> IsAsync<T>(Func<Task<T>> ask, Func<T, bool> satisfies, TimeSpan? patience = null)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await ask();
            if (satisfies(answer))
            {
                return answer;
            }

            if (TimeProvider.System.GetElapsedTime(started) > (patience ?? _patience))
            {
                Assert.Fail($"It did not come about. The last answer was: {answer}");
            }

            await timer.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }
    }
}
