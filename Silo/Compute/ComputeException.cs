using System.Net;
using System.Text;
using System.Text.Json;
using OrleansSie.Silo.AuditLogs;
using OrleansSie.Silo.Logging;

namespace OrleansSie.Silo.Compute;

/// <summary>A request to the Compute API failed. The message says what to do, if there is something to do.</summary>
internal sealed class ComputeException : Exception
{
    public ComputeException(ComputeError error, string message, Exception? inner = null)
        : base(message, inner) => Error = error;

    public ComputeError Error { get; }

    /// <summary>How long the API asks to wait; null if it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the same request may succeed a little later.</summary>
    public bool IsTransient => Error
        is ComputeError.quota or ComputeError.throttled or ComputeError.server or ComputeError.connection or ComputeError.malformed;
}

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

    /// <summary>The token of the next page was refused. The listing has to start again.</summary>
    page_token,

    /// <summary>The request itself was refused.</summary>
    refused,

    /// <summary>The answer is not what the API documents.</summary>
    malformed,

    /// <summary>An instance's grain did not take what was found.</summary>
    instance,

    /// <summary>A listed instance without an id, a name or a time of creation, or with an impossible label.</summary>
    invalid_instance,

    /// <summary>The nodes of a listing could not be counted; the next one makes up for their time.</summary>
    nodes,
}

/// <summary>What an answer other than 200 means. Status and reason decide it, never the text, which may change.</summary>
internal static class ComputeErrors
{
    private const int LongestMessage = 300;

    /// <param name="status">The HTTP status.</param>
    /// <param name="body">The answer's body, in any format.</param>
    /// <param name="request">What was asked for.</param>
    /// <param name="hadToken">Whether a page token was sent.</param>
    /// <param name="retryAfter">How long the answer asks to wait.</param>
    public static ComputeException Read(
        HttpStatusCode status, ReadOnlySpan<byte> body, ComputeRequest request, bool hadToken, TimeSpan? retryAfter)
    {
        var (isQuota, text) = ReadBody(body);
        var detail = $"{(int)status} {text}".TrimEnd();
        var what = $"the {request.Collection} of project {request.Project}";
        var (error, message) = status switch
        {
            HttpStatusCode.Forbidden when isQuota => (ComputeError.quota, $"The Compute API's quota is used up ({detail})"),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => (
                ComputeError.forbidden,
                $"Not allowed to list {what}; grant roles/compute.viewer and enable the Compute Engine API there ({detail})"),
            HttpStatusCode.NotFound => (ComputeError.forbidden, $"There is nothing to list as {what}; correct the project's id ({detail})"),
            HttpStatusCode.BadRequest or HttpStatusCode.Gone when hadToken => (
                ComputeError.page_token, $"A page of {what} was refused ({detail})"),
            HttpStatusCode.TooManyRequests => (ComputeError.throttled, $"Too many requests for {what} ({detail})"),
            HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError => (
                ComputeError.server, $"The Compute API failed to list {what} ({detail})"),
            _ => (ComputeError.refused, $"The Compute API refused to list {what}; correct compute.endpoint if it is set ({detail})"),
        };
        return new ComputeException(error, message) { RetryAfter = retryAfter };
    }

    private static (bool IsQuota, string Text) ReadBody(ReadOnlySpan<byte> body)
    {
        var isQuota = false;
        var text = "";
        try
        {
            var reader = new Utf8JsonReader(body);
            for (var name = default(ReadOnlySpan<byte>); reader.Read();)
            {
                if (reader.TokenType == JsonTokenType.PropertyName)
                {
                    name = reader.ValueSpan;
                }
                else if (reader.TokenType == JsonTokenType.String)
                {
                    isQuota |= name.Is("reason"u8) && IsQuota(reader.ValueSpan);
                    text = text.Length == 0 && name.Is("message"u8) ? Encoding.UTF8.GetString(JsonValue.Text(ref reader)) : text;
                }
            }
        }
        catch (JsonException)
        {
            // A proxy may answer with any body. The status is enough.
        }

        text = OneLine.Of(text);
        return (isQuota, text.Length > LongestMessage ? text[..LongestMessage] : text);
    }

    private static bool IsQuota(ReadOnlySpan<byte> reason) =>
        reason.Is("rateLimitExceeded"u8) || reason.Is("userRateLimitExceeded"u8)
        || reason.Is("quotaExceeded"u8) || reason.Is("RATE_LIMIT_EXCEEDED"u8);
}
