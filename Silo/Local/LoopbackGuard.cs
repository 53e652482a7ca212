using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace OrleansSie.Silo.Local;

/// <summary>
/// Refuses what a web page could send: a page can make a browser reach loopback under a name of its own (DNS rebinding), and post
/// without asking, but neither with a loopback Host header nor with a body of these content types.
/// </summary>
internal sealed class LoopbackGuard(RequestDelegate next)
{
    private static readonly string[] _loopbackHosts = ["127.0.0.1", "localhost", "[::1]"];

    public Task InvokeAsync(HttpContext context)
    {
        if (!_loopbackHosts.Contains(context.Request.Host.Host, StringComparer.OrdinalIgnoreCase))
        {
            return RestError.WriteAsync(context, StatusCodes.Status403Forbidden, "PERMISSION_DENIED",
                "The local Pub/Sub answers only requests whose Host header is 127.0.0.1, localhost or [::1].");
        }

        if (HasBody(context) && !IsKnown(context.Request.ContentType))
        {
            return RestError.WriteAsync(context, StatusCodes.Status415UnsupportedMediaType, "INVALID_ARGUMENT",
                $"A body must be application/json or application/grpc, this is '{context.Request.ContentType}'; "
                + "with curl add: -H 'content-type: application/json'");
        }

        return next(context);
    }

    private static bool HasBody(HttpContext context) =>
        context.Request.ContentLength > 0
        || context.Request.ContentLength is null && context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true };

    private static bool IsKnown(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type)
        && (type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || type.MediaType.Equals("application/grpc", StringComparison.OrdinalIgnoreCase)
            || type.MediaType.StartsWith("application/grpc+", StringComparison.OrdinalIgnoreCase));
}
