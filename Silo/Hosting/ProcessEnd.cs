using System.Diagnostics;
using System.Net.Sockets;
using Orleans.Clustering.Kubernetes;
using OrleansSie.Silo.Storage;
using StackExchange.Redis;

namespace OrleansSie.Silo.Hosting;

/// <summary>How the process ends: with one sentence for the operator and an exit code, without a crash dump.</summary>
/// <param name="ExitCode">A code of sysexits.h; 0 if the process was asked to end.</param>
/// <param name="Message">What happened and what to do; null if nothing is wrong.</param>
internal sealed record ProcessEnd(int ExitCode, string? Message)
{
    /// <summary>EX_SOFTWARE.</summary>
    public const int Software = 70;

    /// <summary>EX_TEMPFAIL: something that the silo needs does not answer. Start the silo again.</summary>
    public const int Temporary = 75;

    /// <summary>EX_CONFIG.</summary>
    public const int BadConfiguration = 78;

    /// <summary>The signal's number is added to it: the exit code of a process that a signal has ended.</summary>
    public const int Signal = 128;

    private const int LongestReason = 300;
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(1);

    /// <summary>The end for an exception. The services start and stop side by side, so several may have failed: the gravest is reported.</summary>
    /// <param name="exception">What ended the silo.</param>
    /// <param name="isAsked">Whether it was asked to end. If so, a cancelled call and a store that does not answer are no faults.</param>
    public static ProcessEnd Of(Exception exception, bool isAsked)
    {
        var faults = exception is AggregateException several ? [.. several.Flatten().InnerExceptions] : (IReadOnlyList<Exception>)[exception];
        var unexpected = faults.FirstOrDefault(f => f is not OperationCanceledException && !IsRefusal(f) && !IsTemporary(f));
        if (isAsked && unexpected is null)
        {
            return new ProcessEnd(0, null);
        }

        if (faults.FirstOrDefault(IsRefusal) is { } refused)
        {
            return new ProcessEnd(BadConfiguration, refused.Message);
        }

        if (unexpected is not null)
        {
            var reason = Reason($"{unexpected.GetType().Name}{PlaceOf(unexpected)}: {unexpected.Message}");
            return new ProcessEnd(Software, $"The silo ends by a fault of the program: {reason}. Start it again, and report this line.");
        }

        // A cancellation beside a fault is a consequence of that fault.
        var away = faults.FirstOrDefault(IsTemporary) ?? faults[0];
        return new ProcessEnd(Temporary, $"The silo ends, since what it needs is away: {Reason(RedisFailure.ReasonOf(away))}. Start it again.");
    }

    /// <summary>The end for a stop that took too long.</summary>
    public static ProcessEnd OfLongStop(TimeSpan patience, bool isAsked)
    {
        var what = $"The silo ends after {patience.TotalSeconds} s of stopping, without having left its cluster: what it needs for that, as the "
            + "membership table, does not answer. Nothing is lost.";
        return isAsked ? new ProcessEnd(0, what) : new ProcessEnd(Temporary, what + " Start it again.");
    }

    /// <summary>The end for a fault after which Orleans must not go on.</summary>
    public static ProcessEnd OfFatal(string reason, bool isAsked) =>
        isAsked ? new ProcessEnd(0, null) : new ProcessEnd(Temporary, $"The silo ends at once and must be started again: {Reason(reason)}.");

    /// <summary>
    /// Writes the message to standard error. The log is not used: another thread writes its lines, and it may not run any more. A reader
    /// that does not read standard error delays the end by at most a second.
    /// </summary>
    /// <returns>The exit code.</returns>
    public int Tell()
    {
        if (Message is not null)
        {
            var telling = new Thread(() => Console.Error.WriteLine(Message)) { IsBackground = true };
            telling.Start();
            telling.Join(_patience);
        }

        return ExitCode;
    }

    /// <summary>Writes the message and ends the process.</summary>
    public void Exit() => Environment.Exit(Tell());

    private static string Reason(string text)
    {
        var line = text.ReplaceLineEndings(" ").Trim(' ', '.');
        return line.Length <= LongestReason ? line : line[..LongestReason] + "...";
    }

    /// <summary>The method of this program that the exception passed, so that one line is enough to find it.</summary>
    private static string PlaceOf(Exception fault)
    {
        var methods = new StackTrace(fault).GetFrames().Select(frame => frame.GetMethod());
        var own = methods.FirstOrDefault(m => m?.DeclaringType?.FullName?.StartsWith(nameof(OrleansSie), StringComparison.Ordinal) is true);
        return own is null ? "" : $" in {own.DeclaringType!.FullName}.{own.Name}";
    }

    private static bool IsRefusal(Exception fault) =>
        fault is StartUpException or KubernetesMembershipException { Failure: MembershipFailure.Denied or MembershipFailure.Missing or MembershipFailure.Invalid };

    private static bool IsTemporary(Exception fault) =>
        fault is RedisException or TimeoutException or SocketException or OrleansException or KubernetesMembershipException || (fault.InnerException is { } inner && IsTemporary(inner));
}

/// <summary>
/// Ends the process as soon as Orleans says that it must not go on, for example because the other silos have declared this one dead. It
/// writes one line and no crash dump. Messages in flight are not settled; they are delivered again to other silos.
/// </summary>
internal sealed class ExitOnFatalError(StopRequest stop) : IFatalErrorHandler
{
    public bool IsUnexpected(Exception exception) => true;

    public void OnFatalException(object? sender, string? context, Exception? exception) =>
        ProcessEnd.OfFatal($"{context} {exception?.Message}", stop.IsAsked).Exit();
}
