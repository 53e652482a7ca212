using System.Text.Json;
using System.Text.Json.Nodes;
using Grpc.Core;

namespace OrleansSie.Silo.LocalPubSub;

/// <summary>
/// Gives every REST error the JSON body that Google's APIs use, and that gcloud and client libraries read. Transcoding alone writes a bare
/// google.rpc.Status.
/// </summary>
internal sealed class RestErrors(RequestDelegate next)
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

    /// <summary>Writes a refusal that came before transcoding, in the form that transcoding gives it.</summary>
    public static Task WriteAsync(HttpContext context, RpcException refusal) => WriteAsync(
        context,
        refusal.StatusCode == StatusCode.Unimplemented ? StatusCodes.Status501NotImplemented : StatusCodes.Status400BadRequest,
        NameOf(refusal.StatusCode),
        refusal.Status.Detail);

    public async Task InvokeAsync(HttpContext context)
    {
        if (ContentTypes.IsGrpc(context.Request.ContentType))
        {
            await next(context);
            return;
        }

        var wire = context.Response.Body;
        using var answer = new MemoryStream();
        context.Response.Body = answer;
        await next(context);
        context.Response.Body = wire;
        if (context.Response.StatusCode >= StatusCodes.Status400BadRequest && StatusIn(answer) is { } status)
        {
            await WriteAsync(
                context, context.Response.StatusCode, NameOf((StatusCode)(int)status["code"]!), (string)status["message"]!);
        }
        else
        {
            answer.Position = 0;
            await answer.CopyToAsync(wire, context.RequestAborted);
        }
    }

    /// <summary>The status that transcoding wrote; null for an error that has its form already.</summary>
    private static JsonNode? StatusIn(MemoryStream answer)
    {
        answer.Position = 0;
        var status = answer.Length > 0 ? JsonNode.Parse(answer) : null;
        return status?["code"] is null ? null : status;
    }

    /// <summary>The canonical name of a code, such as NOT_FOUND.</summary>
    private static string NameOf(StatusCode code) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(code.ToString());
}
