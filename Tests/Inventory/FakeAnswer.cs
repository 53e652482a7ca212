using System.Net;

namespace OrleansSie.Tests.Inventory;

/// <summary>What <see cref="FakeCompute"/> does with one request instead of answering it.</summary>
internal sealed record FakeAnswer
{
    /// <summary>The page itself; anything else comes with an error's body.</summary>
    public HttpStatusCode Status { get; init; } = HttpStatusCode.OK;

    /// <summary>The <c>reason</c> of the error.</summary>
    public string Reason { get; init; } = "backendError";

    /// <summary>Value of the header <c>Retry-After</c>.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>The connection is cut in the middle of the page.</summary>
    public bool IsCut { get; init; }

    /// <summary>The answer is these bytes, with the status 200.</summary>
    public string? Text { get; init; }

    /// <summary>The answer is given when this has ended.</summary>
    public Task? After { get; init; }
}
