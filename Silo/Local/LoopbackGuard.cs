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
        var contentType = context.Request.ContentType;
        if (!_loopbackHosts.Contains(context.Request.Host.Host, StringComparer.OrdinalIgnoreCase))
        {
            return RestError.WriteAsync(context, StatusCodes.Status403Forbidden, "PERMISSION_DENIED",
                "The local Pub/Sub answers only requests whose Host header is 127.0.0.1, localhost or [::1].");
        }

        if (RestBody.Exists(context) && !ContentTypes.IsJson(contentType) && !ContentTypes.IsGrpc(contentType))
        {
            return RestError.WriteAsync(context, StatusCodes.Status415UnsupportedMediaType, "INVALID_ARGUMENT",
                $"A body must be application/json or application/grpc, this is '{contentType}'; "
                + "with curl add: -H 'content-type: application/json'");
        }

        return next(context);
    }
}
