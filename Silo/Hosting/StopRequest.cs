using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace OrleansSie.Silo.Hosting;

/// <summary>
/// The request to stop, from the first instruction of the process to its last. The first signal asks: whatever runs then ends by
/// <see cref="Token"/>. A later one ends the process at once. The kernel gives a process that is PID 1 only the signals it listens to.
/// A signal that was ignored when the process started, as under nohup, stays ignored.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "It lives as long as the process: without the handlers a late signal would change the exit code.")]
internal sealed class StopRequest
{
    // Who forwards signals, as timeout, systemd and dotnet run do, lets one request arrive twice.
    private static readonly TimeSpan _sameRequest = TimeSpan.FromSeconds(1);

    private static readonly (PosixSignal Signal, int Number)[] _signals =
        [(PosixSignal.SIGTERM, 15), (PosixSignal.SIGINT, 2), (PosixSignal.SIGQUIT, 3), (PosixSignal.SIGHUP, 1)];

    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly Action<int> _exit;
    private PosixSignalRegistration[] _listening = [];
    private long? _askedAt;

    /// <summary>A request that no signal makes.</summary>
    public StopRequest(TimeProvider? time = null, Action<int>? exit = null)
    {
        _time = time ?? TimeProvider.System;
        _exit = exit ?? Environment.Exit;
    }

    /// <summary>Cancelled when the process is to stop.</summary>
    public CancellationToken Token => _stopping.Token;

    /// <summary>Whether somebody outside asked, rather than the process itself.</summary>
    public bool IsAsked
    {
        get
        {
            lock (_lock)
            {
                return _askedAt is not null;
            }
        }
    }

    /// <summary>Listens to the signals of this process, for as long as it lives.</summary>
    public static StopRequest Listen()
    {
        var request = new StopRequest();
        request._listening = [.. _signals.Select(s => PosixSignalRegistration.Create(s.Signal, context =>
        {
            context.Cancel = true;
            request.Receive(s.Number);
        }))];
        return request;
    }

    /// <summary>A signal has come.</summary>
    public void Receive(int signal)
    {
        lock (_lock)
        {
            if (_askedAt is null)
            {
                _askedAt = _time.GetTimestamp();
                Begin();
                return;
            }

            if (_time.GetElapsedTime(_askedAt.Value) < _sameRequest)
            {
                return;
            }
        }

        _exit(ProcessEnd.Signal + signal);
    }

    /// <summary>The process stops by itself.</summary>
    public void Begin() => _ = _stopping.CancelAsync();
}
