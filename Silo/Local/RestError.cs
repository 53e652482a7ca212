using System.Text.Json;
using Grpc.Core;

namespace OrleansSie.Silo.Local;

/// <summary>The JSON body of an error, in the form Google's REST APIs use and gcloud reads.</summary>
internal static class RestError
{
    /// <param name="context">The response must not have started.</param>
    /// <param name="code">HTTP status.</param>
    /// <param name="status">The canonical name of the error, such as NOT_FOUND.</param>
    /// <param name="message">A sentence that says what to do.</param>
    public static Task WriteAsync(HttpContext context, int code, string status, string message)
    {
        context.Response.StatusCode = code;
        return context.Response.WriteAsJsonAsync(new { error = new { code, message, status } }, context.RequestAborted);
    }

    /// <summary>A refusal that came before transcoding, which would have made the same of it.</summary>
    public static Task WriteAsync(HttpContext context, RpcException refusal) => WriteAsync(
        context,
        refusal.StatusCode == StatusCode.Unimplemented ? StatusCodes.Status501NotImplemented : StatusCodes.Status400BadRequest,
        NameOf(refusal.StatusCode),
        refusal.Status.Detail);

    /// <summary>The canonical name of a code, such as NOT_FOUND.</summary>
    public static string NameOf(StatusCode code) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(code.ToString());
}
