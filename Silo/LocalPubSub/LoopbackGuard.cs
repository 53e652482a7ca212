using Microsoft.Net.Http.Headers;

namespace OrleansSie.Silo.LocalPubSub;

/// <summary>
/// Refuses what a web page could send. A page can make a browser reach loopback under the page's own host name (DNS rebinding) and post
/// without asking. It cannot send a loopback Host header or a body of these content types.
/// </summary>
internal sealed class LoopbackGuard(RequestDelegate next)
{
    private static readonly string[] _loopbackHosts = ["127.0.0.1", "localhost", "[::1]"];

    public Task InvokeAsync(HttpContext context)
    {
        var contentType = context.Request.ContentType;
        if (!_loopbackHosts.Contains(context.Request.Host.Host, StringComparer.OrdinalIgnoreCase))
        {
            return RestErrors.WriteAsync(context, StatusCodes.Status403Forbidden, "PERMISSION_DENIED",
                "The local Pub/Sub answers only requests whose Host header is 127.0.0.1, localhost or [::1].");
        }

        if (RestBody.Exists(context) && !ContentTypes.IsJson(contentType) && !ContentTypes.IsGrpc(contentType))
        {
            return RestErrors.WriteAsync(context, StatusCodes.Status415UnsupportedMediaType, "INVALID_ARGUMENT",
                $"A body must be application/json or application/grpc, this is '{contentType}'; "
                + "with curl add: -H 'content-type: application/json'");
        }

        return next(context);
    }
}

/// <summary>The two content types that the local Pub/Sub reads. A web page of another origin cannot send either without asking.</summary>
internal static class ContentTypes
{
    public static bool IsJson(string? contentType) => MediaType(contentType) is "application/json";

    public static bool IsGrpc(string? contentType) =>
        MediaType(contentType) is { } type && (type == "application/grpc" || type.StartsWith("application/grpc+", StringComparison.Ordinal));

    private static string? MediaType(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type) ? type.MediaType.Value?.ToLowerInvariant() : null;
}
