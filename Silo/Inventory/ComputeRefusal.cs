using System.Net;
using System.Text;
using System.Text.Json;
using OrleansSie.Silo.AuditLogs;
using OrleansSie.Silo.Logging;

namespace OrleansSie.Silo.Inventory;

/// <summary>What an answer other than 200 means. It goes by status and reason, never by the text, which may change.</summary>
internal static class ComputeRefusal
{
    private const int LongestMessage = 300;

    /// <param name="status">The HTTP status.</param>
    /// <param name="body">The answer's body, whatever it is.</param>
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
            // A proxy on the way answers as it likes; the status is there all the same.
        }

        text = OneLine.Of(text);
        return (isQuota, text.Length > LongestMessage ? text[..LongestMessage] : text);
    }

    private static bool IsQuota(ReadOnlySpan<byte> reason) =>
        reason.Is("rateLimitExceeded"u8) || reason.Is("userRateLimitExceeded"u8)
        || reason.Is("quotaExceeded"u8) || reason.Is("RATE_LIMIT_EXCEEDED"u8);
}
