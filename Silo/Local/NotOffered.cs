using System.Globalization;
using System.Text;

namespace OrleansSie.Silo.Local;

/// <summary>The answer to every request that no method takes: UNIMPLEMENTED, naming what was asked for and what to use instead.</summary>
internal static class NotOffered
{
    public static Task AnswerAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var path = request.Path.Value ?? "";
        if (ContentTypes.IsGrpc(request.ContentType))
        {
            response.ContentType = "application/grpc";
            var status = PubSubRefusal.NotOffered(path.TrimStart('/')).Status;
            response.Headers["grpc-status"] = ((int)status.StatusCode).ToString(CultureInfo.InvariantCulture);
            response.Headers["grpc-message"] = string.Concat(Encoding.UTF8.GetBytes(status.Detail).Select(Escaped));
            return Task.CompletedTask;
        }

        return path.StartsWith("/v1/", StringComparison.Ordinal)
            ? RestError.WriteAsync(context, PubSubRefusal.NotOffered($"{request.Method} {path}"))
            : RestError.WriteAsync(context, StatusCodes.Status404NotFound, "NOT_FOUND",
                $"The local Pub/Sub has no {request.Method} {path}. Its REST API is below /v1/projects/, and docs/local.md says what it has.");
    }

    // As gRPC over HTTP/2 asks for it. Node's client leaves a %2F as it is, so nothing is escaped that need not be.
    private static string Escaped(byte one) => one is >= 0x20 and <= 0x7e and not (byte)'%' ? ((char)one).ToString() : $"%{one:X2}";
}
