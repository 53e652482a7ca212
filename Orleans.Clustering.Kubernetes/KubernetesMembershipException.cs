namespace Orleans.Clustering.Kubernetes;

/// <summary>The membership table in Kubernetes could not be used. The message names the object and says what to do.</summary>
public sealed class KubernetesMembershipException : Exception
{
    internal KubernetesMembershipException(MembershipFailure failure, string message, Exception? cause = null)
        : base(message, cause)
        => Failure = failure;

    /// <summary>Why.</summary>
    public MembershipFailure Failure { get; }

    /// <summary>Whether the same call may succeed a moment later without a change.</summary>
    public bool IsTransient => Failure is MembershipFailure.Unavailable or MembershipFailure.Throttled or MembershipFailure.Conflict;

    /// <summary>How long the API server asked to wait; null if it did not say.</summary>
    internal TimeSpan? RetryAfter { get; init; }
}

/// <summary>Why the membership table could not be used.</summary>
public enum MembershipFailure
{
    /// <summary>The API server was not reached, did not answer in time, or had an internal error. Trying again may help.</summary>
    Unavailable,

    /// <summary>The API server asks for fewer calls. Trying again later helps.</summary>
    Throttled,

    /// <summary>The service account lacks a right, or its token is not accepted.</summary>
    Denied,

    /// <summary>The ConfigMap, or its namespace, does not exist.</summary>
    Missing,

    /// <summary>
    /// The ConfigMap is not the one that this silo joined: it was deleted and created again, emptied, or restored from a backup.
    /// </summary>
    Replaced,

    /// <summary>Other writes came first, several times. Trying again may help.</summary>
    Conflict,

    /// <summary>The table no longer fits into a ConfigMap.</summary>
    TooLarge,

    /// <summary>The ConfigMap is not a membership table of this cluster, or cannot be read as one.</summary>
    Invalid,
}
