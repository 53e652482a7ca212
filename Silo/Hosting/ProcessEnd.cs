using System.Net.Sockets;
using Orleans.Clustering.Kubernetes;
using StackExchange.Redis;

namespace OrleansSie.Silo.Hosting;

/// <summary>How the process ends after an exception: with words for the operator and an exit code, and not by a crash and its dump.</summary>
/// <param name="ExitCode">Of sysexits.h; 0 where it was asked to end.</param>
/// <param name="Message">What to tell; null where nothing is wrong.</param>
internal sealed record ProcessEnd(int ExitCode, string? Message)
{
    /// <summary>EX_SOFTWARE.</summary>
    public const int Software = 70;

    /// <summary>EX_TEMPFAIL: something that the silo needs is away, and starting it again is right.</summary>
    public const int Temporary = 75;

    /// <summary>EX_CONFIG.</summary>
    public const int BadConfiguration = 78;

    /// <summary>Of what ended the silo. Its services start and stop side by side, so several may have failed: the gravest is told.</summary>
    public static ProcessEnd Of(Exception exception)
    {
        var faults = exception is AggregateException several ? [.. several.Flatten().InnerExceptions] : (IReadOnlyList<Exception>)[exception];
        if (faults.FirstOrDefault(IsRefusal) is { } refused)
        {
            return new ProcessEnd(BadConfiguration, refused.Message);
        }

        if (faults.FirstOrDefault(f => f is not OperationCanceledException && !IsTemporary(f)) is not null)
        {
            return new ProcessEnd(Software, $"The silo ends by a fault that nobody expected; please report it: {exception}");
        }

        // What is cancelled with a fault besides it is cancelled because of that.
        return faults.FirstOrDefault(IsTemporary) is { } fault
            ? new ProcessEnd(Temporary, $"The silo ends, since what it needs is away: {fault.Message.ReplaceLineEndings(" ")} Start it again.")
            : new ProcessEnd(0, null);
    }

    private static bool IsRefusal(Exception fault) =>
        fault is StartUpException or KubernetesMembershipException { Failure: MembershipFailure.Denied or MembershipFailure.Missing or MembershipFailure.Invalid };

    private static bool IsTemporary(Exception fault) =>
        fault is RedisException or TimeoutException or SocketException or OrleansException or KubernetesMembershipException || (fault.InnerException is { } inner && IsTemporary(inner));
}
