namespace OrleansSie.Tests.Kubernetes.Server;

/// <summary>What goes wrong with one request, or with all of them.</summary>
internal sealed record FakeFault
{
    /// <summary>Answer with this status instead of doing what was asked.</summary>
    public int? Status { get; init; }

    /// <summary>With <see cref="Status"/>: the header Retry-After, in seconds.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>Cut the connection before anything was done.</summary>
    public bool CutBefore { get; init; }

    /// <summary>Do what was asked, then cut the connection instead of answering.</summary>
    public bool CutAfter { get; init; }

    /// <summary>Answer nothing at all until the caller goes away.</summary>
    public bool Hang { get; init; }

    /// <summary>Do what was asked, but answer only when this, begun after that, has ended.</summary>
    public Func<Task>? BeforeAnswer { get; init; }

    /// <summary>What somebody else does just before this request is handled.</summary>
    public Action? Before { get; init; }
}
