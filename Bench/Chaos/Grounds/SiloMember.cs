using OrleansSie.Testing;
using OrleansSie.Testing.Parts;

namespace OrleansSie.Bench.Chaos.Grounds;

/// <summary>One silo of several: its place, and the process that fills the place now.</summary>
internal sealed class SiloMember : IAsyncDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(4);
    private static readonly string[] _lastWords = ["The silo ends", "Unhandled exception", "Process terminated", "crit:"];

    private readonly SiloPlace _place;
    private SiloProcess _process;

    public SiloMember(int number, SiloPlace place)
    {
        Number = number;
        Log = Path.Combine(place.Folder, $"silo-{number}.log");
        _place = place with { Log = Log, Patience = _patience };
        _process = Launch();
    }

    /// <summary>Its place, from 0.</summary>
    public int Number { get; }

    /// <summary>How many processes have filled the place.</summary>
    public int Lives { get; private set; }

    /// <summary>Its own logs, one life after the other.</summary>
    public string Log { get; }

    /// <summary>The process that fills the place now; it may have ended.</summary>
    public int ProcessId => _process.Id;

    /// <summary>Whether the process that filled the place has ended.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>Waits for the end of the process that fills the place now.</summary>
    /// <returns>Its exit code.</returns>
    public Task<int> ExitedAsync(CancellationToken cancellationToken) => _process.WaitForEndAsync(cancellationToken);

    /// <summary>Why the last process ended by itself, as far as its log says.</summary>
    public string LastWords() => File.ReadLines(Log).LastOrDefault(line =>
        line.Contains(" crit:", StringComparison.Ordinal) || Array.Exists(_lastWords, w => line.StartsWith(w, StringComparison.Ordinal))) ?? "nothing said";

    /// <summary>Fills the place again, once the process in it has ended.</summary>
    public async Task RestartAsync()
    {
        var ended = _process;
        _process = Launch();
        await ended.DisposeAsync();
    }

    /// <summary>Its metrics now; null where it does not answer.</summary>
    public async Task<Exposition?> MetricsAsync(CancellationToken cancellationToken) =>
        await GetAsync("/metrics", cancellationToken) is { } text ? new Exposition(text) : null;

    /// <summary>What it answers at a path; null where it does not answer, or with an error.</summary>
    public async Task<string?> GetAsync(string path, CancellationToken cancellationToken) =>
        await _process.AskAsync(path, cancellationToken) is { Status: >= 200 and < 300, Body: var text } ? text : null;

    /// <summary>Asks the process to end, and waits for it.</summary>
    public Task TerminateAsync() => _process.TerminateAsync();

    /// <summary>Ends the process, whatever state it is in, and with it the place.</summary>
    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private SiloProcess Launch()
    {
        Lives++;
        return SiloProcess.Start(_place);
    }
}
