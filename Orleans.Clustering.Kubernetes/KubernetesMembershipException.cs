namespace Orleans.Clustering.Kubernetes;

/// <summary>The membership table in Kubernetes could not be used. The message names the object and says what to do.</summary>
public sealed class KubernetesMembershipException : Exception
{
    internal KubernetesMembershipException(MembershipFailure failure, string message, Exception? cause = null)
        : base(message, cause)
        => Failure = failure;

    /// <summary>Why.</summary>
    public MembershipFailure Failure { get; }

    /// <summary>Whether the same call may succeed a moment later without anybody doing anything.</summary>
    public bool IsTransient => Failure is MembershipFailure.Unavailable or MembershipFailure.Throttled or MembershipFailure.Conflict;

    /// <summary>How long the API server asked to wait, where it did.</summary>
    internal TimeSpan? RetryAfter { get; init; }
}
