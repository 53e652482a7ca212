using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace OrleansSie.Silo.Hosting;

/// <summary>
/// The request to stop, from the first instruction of the process to its last. The first signal cancels <see cref="Token"/>. A later one
/// ends the process at once. The kernel delivers to a process with PID 1 only the signals that it handles. A signal that was ignored when
/// the process started, as under nohup, stays ignored.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "It lives as long as the process: without the handlers a late signal would change the exit code.")]
internal sealed class StopRequest
{
    // Programs that forward signals, such as timeout, systemd and dotnet run, deliver one request twice.
    private static readonly TimeSpan _sameRequest = TimeSpan.FromSeconds(1);

    private static readonly (PosixSignal Signal, int Number)[] _signals =
        [(PosixSignal.SIGTERM, 15), (PosixSignal.SIGINT, 2), (PosixSignal.SIGQUIT, 3), (PosixSignal.SIGHUP, 1)];

    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly Action<int> _exit;
    private PosixSignalRegistration[] _listening = [];
    private long? _askedAt;

    /// <summary>A request without signal handlers.</summary>
    public StopRequest(TimeProvider? time = null, Action<int>? exit = null)
    {
        _time = time ?? TimeProvider.System;
        _exit = exit ?? Environment.Exit;
    }

    /// <summary>Cancelled when the process is to stop.</summary>
    public CancellationToken Token => _stopping.Token;

    /// <summary>Whether the request came from outside, not from the process itself.</summary>
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

/// <summary>
/// Ends the process when its stop takes longer than the host allows. Orleans writes into the membership table that it leaves. If the table
/// does not answer, it tries each step for a minute, and no token ends that; a disk may hang without end. By then deliveries have been
/// drained or given back, and the other silos declare this one dead.
/// </summary>
internal sealed class StopDeadline : IDisposable
{
    // The drain, the host's own timeout and a moment more; the chart's termination grace period is longer.
    public static readonly TimeSpan Patience = SiloHost.ShutdownTimeout + TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _over = new();
    private readonly CancellationTokenRegistration _registration;
    private readonly StopRequest _stop;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private readonly Action<ProcessEnd> _end;

    private StopDeadline(StopRequest stop, TimeSpan patience, TimeProvider time, Action<ProcessEnd> end)
    {
        _stop = stop;
        _patience = patience;
        _time = time;
        _end = end;
        _registration = stop.Token.Register(() => _ = EndLaterAsync());
    }

    /// <summary>Watches from now on, until it is disposed.</summary>
    public static StopDeadline Of(StopRequest stop, TimeProvider? time = null, Action<ProcessEnd>? end = null, TimeSpan? patience = null) =>
        new(stop, patience ?? Patience, time ?? TimeProvider.System, end ?? (e => e.Exit()));

    public void Dispose()
    {
        _registration.Dispose();
        _over.Cancel();
        _over.Dispose();
    }

    private async Task EndLaterAsync()
    {
        try
        {
            await Task.Delay(_patience, _time, _over.Token);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        _end(ProcessEnd.OfLongStop(_patience, _stop.IsAsked));
    }
}
