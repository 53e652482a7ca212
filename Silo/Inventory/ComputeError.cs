namespace OrleansSie.Silo.Inventory;

/// <summary>Why something did not work with the Compute API. The names are the values of the label <c>reason</c>.</summary>
internal enum ComputeError
{
    /// <summary>No rights on the project, the API is not enabled there, or there is no such project.</summary>
    forbidden,

    /// <summary>There are no usable Google credentials.</summary>
    credentials,

    /// <summary>The project's quota of the minute is used up (403 with <c>rateLimitExceeded</c>).</summary>
    quota,

    /// <summary>Too many requests at once (429).</summary>
    throttled,

    /// <summary>The API failed (5xx).</summary>
    server,

    /// <summary>No connection, a broken one, or no answer in time.</summary>
    connection,

    /// <summary>The token of the next page was refused: the listing has to begin again.</summary>
    page_token,

    /// <summary>The request itself was refused.</summary>
    refused,

    /// <summary>The answer is not what the API documents.</summary>
    malformed,

    /// <summary>An instance's grain did not take what was found.</summary>
    instance,

    /// <summary>A listed instance without an id, a name or a time of creation, or with an impossible label.</summary>
    invalid_instance,
}
