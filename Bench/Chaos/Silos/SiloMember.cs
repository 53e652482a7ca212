using System.Diagnostics;
using OrleansSie.Bench.Chaos.Grounds;
using OrleansSie.Bench.Chaos.Parts;

namespace OrleansSie.Bench.Chaos.Silos;

/// <summary>One silo of several: its place, and the process that fills the place now.</summary>
internal sealed class SiloMember
{
    private static readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(4) };
    private static readonly string[] _lastWords = ["The silo ends", "Unhandled exception", "Process terminated", "crit:"];

    private readonly SiloPlace _place;
    private Process _process;

    public SiloMember(int number, SiloPlace place)
    {
        Number = number;
        _place = place;
        _process = Launch();
    }

    /// <summary>Its place, from 0.</summary>
    public int Number { get; }

    /// <summary>How many processes have filled the place.</summary>
    public int Lives { get; private set; }

    /// <summary>Its own logs, one life after the other.</summary>
    public string Log => Path.Combine(_place.Folder, $"silo-{Number}.log");

    /// <summary>The process that fills the place now; it may have ended.</summary>
    public int ProcessId { get; private set; }

    /// <summary>Whether the process that filled the place has ended.</summary>
    public bool HasEnded => _process.HasExited;

    /// <summary>Waits for the end of the process that fills the place now.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> ExitedAsync(CancellationToken cancellationToken)
    {
        var process = _process;
        await process.WaitForExitAsync(cancellationToken);
        return process.ExitCode;
    }

    /// <summary>Why the last process ended by itself, as far as its log says.</summary>
    public string LastWords() => File.ReadLines(Log).LastOrDefault(line =>
        line.Contains(" crit:", StringComparison.Ordinal) || Array.Exists(_lastWords, w => line.StartsWith(w, StringComparison.Ordinal))) ?? "nothing said";

    /// <summary>Fills the place again, once the process in it has ended.</summary>
    public void Restart()
    {
        _process.Dispose();
        _process = Launch();
    }

    /// <summary>Its metrics now; null where it does not answer.</summary>
    public async Task<Exposition?> MetricsAsync(CancellationToken cancellationToken) =>
        await GetAsync("metrics", cancellationToken) is { } text ? new Exposition(text) : null;

    /// <summary>What it answers at a path; null where it does not answer, or with an error.</summary>
    public async Task<string?> GetAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync(new Uri($"http://{_place.Address}:{_place.MetricsPort}/{path}"), cancellationToken);
            return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync(cancellationToken) : null;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <summary>Asks the process to end, and waits for it.</summary>
    public async Task TerminateAsync()
    {
        Signals.Terminate(ProcessId);
        await _process.WaitForExitAsync(CancellationToken.None);
    }

    /// <summary>Ends the process, whatever state it is in, and with it the place.</summary>
    public async Task KillAsync()
    {
        // What it was started through, and what it has started.
        ProcessFigures.Family(ProcessId).ForEach(id => Signals.Kill(id));
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    private Process Launch()
    {
        Lives++;
        var process = Programs.Start(_place.Folder, Log, _place.Environment, _place.Command);
        ProcessId = process.Id;
        return process;
    }
}
