using OrleansSie.Bench.Chaos.Grounds;

namespace OrleansSie.Bench.Chaos.Silos;

/// <summary>The silos of one run. A silo that has ended, for whatever reason, is started again, as a StatefulSet would.</summary>
internal sealed class SiloFleet : IAsyncDisposable
{
    // 128 and SIGKILL: it has no last words.
    private const int Killed = 137;
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly List<Task> _keepers;
    private readonly Action<string> _tell;
    private long _lastDeath;

    public SiloFleet(Ground ground, ChaosOptions options, Action<string> tell)
    {
        _tell = tell;
        _lastDeath = TimeProvider.System.GetTimestamp();
        Members = [.. Enumerable.Range(0, options.Silos).Select(number => new SiloMember(number, ChaosPlace.Of(number, ground, options)))];
        _keepers = [.. Members.Select(KeepAsync)];
    }

    public IReadOnlyList<SiloMember> Members { get; }

    /// <summary>How many processes have ended.</summary>
    public int Deaths { get; private set; }

    /// <summary>Time since one ended.</summary>
    public TimeSpan SinceLastDeath => TimeProvider.System.GetElapsedTime(Volatile.Read(ref _lastDeath));

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_keepers);
        await Task.WhenAll(Members.Select(m => m.KillAsync()));
        _stopping.Dispose();
    }

    private static string Shortened(string text) => text.Length > 200 ? text[..200] : text;

    private async Task KeepAsync(SiloMember member)
    {
        try
        {
            while (true)
            {
                var exitCode = await member.ExitedAsync(_stopping.Token);
                lock (_lock)
                {
                    Deaths++;
                }

                Volatile.Write(ref _lastDeath, TimeProvider.System.GetTimestamp());
                _tell($"silo {member.Number} has ended with {exitCode}{(exitCode is not (0 or Killed) ? $" ({Shortened(member.LastWords())})" : "")}; it is started again");
                await Task.Delay(_pause, TimeProvider.System, _stopping.Token);
                member.Restart();
            }
        }
        catch (OperationCanceledException)
        {
            // The run is over.
        }
    }
}
