namespace OrleansSie.Bench.Chaos.Grounds;

/// <summary>Tells what a run does and how far it is: a bar on a terminal, a line now and then elsewhere.</summary>
internal sealed class Progress : IAsyncDisposable
{
    private const int Width = 30;
    private static readonly Lock _console = new();

    private readonly int _seed;
    private readonly int _messages;
    private readonly bool _hasBar;
    private readonly long _started = TimeProvider.System.GetTimestamp();
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _showing;

    public Progress(int seed, int messages, bool mayDraw)
    {
        _seed = seed;
        _messages = messages;
        _hasBar = mayDraw && !Console.IsOutputRedirected;
        _showing = ShowAsync();
    }

    /// <summary>Messages published so far.</summary>
    public int Published { get; set; }

    /// <summary>Outcomes that the silos have shown so far.</summary>
    public double Settled { get; set; }

    /// <summary>Time since the run began.</summary>
    public TimeSpan Elapsed => TimeProvider.System.GetElapsedTime(_started);

    /// <summary>A line with its time, kept.</summary>
    public void Tell(string what)
    {
        lock (_console)
        {
            Console.WriteLine($"{(_hasBar ? "\r\u001b[K" : "")}[seed {_seed}] {Elapsed:mm\\:ss\\.f} {what}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _showing;
        _ending.Dispose();
    }

    private async Task ShowAsync()
    {
        using var timer = new PeriodicTimer(_hasBar ? TimeSpan.FromMilliseconds(500) : TimeSpan.FromSeconds(15));
        try
        {
            while (await timer.WaitForNextTickAsync(_ending.Token))
            {
                var done = _messages == 0 ? 1 : (double)Published / _messages;
                if (!_hasBar)
                {
                    Tell($"{done:P0} published, {Settled:F0} outcomes seen");
                    continue;
                }

                lock (_console)
                {
                    var filled = (int)(done * Width);
                    Console.Write($"\r\u001b[K[{new string('#', filled)}{new string('.', Width - filled)}] {done:P0} of {_messages} published, {Settled:F0} outcomes seen");
                }
            }
        }
        catch (OperationCanceledException)
        {
            if (_hasBar)
            {
                Console.Write("\r\u001b[K");
            }
        }
    }
}
