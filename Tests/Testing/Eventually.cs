namespace OrleansSie.Testing;

/// <summary>Waits for what another process or thread brings about. It ends as soon as it is so.</summary>
internal static class Eventually
{
    // More than the minute within which a lost message or report is made up for.
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(2);

    // What takes longer is asked for less often: a scrape of three silos costs them more than most of what they are waited for.
    private static readonly (double Shortest, double Longest) _milliseconds = (50, 500);

    /// <summary>Asks until the answer satisfies.</summary>
    /// <exception cref="TimeoutException">It did not in time; the message has the last answer.</exception>
    public static async Task<T> IsAsync<T>(Func<Task<T>> ask, Func<T, bool> satisfies, TimeSpan? patience = null)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(_milliseconds.Shortest));
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = await ask();
            if (satisfies(answer))
            {
                return answer;
            }

            var elapsed = TimeProvider.System.GetElapsedTime(started);
            if (elapsed > (patience ?? _patience))
            {
                throw new TimeoutException($"It did not come about. The last answer was: {answer}");
            }

            timer.Period = TimeSpan.FromMilliseconds(Math.Clamp(elapsed.TotalMilliseconds / 10, _milliseconds.Shortest, _milliseconds.Longest));
            await timer.WaitForNextTickAsync();
        }
    }
}
