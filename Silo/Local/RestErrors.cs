using System.Text.Json.Nodes;
using Grpc.Core;

namespace OrleansSie.Silo.Local;

/// <summary>
/// Gives every REST error the form Google's APIs use, which gcloud and client libraries read; transcoding writes a bare
/// google.rpc.Status.
/// </summary>
internal sealed class RestErrors(RequestDelegate next)
{
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
            await RestError.WriteAsync(
                context, context.Response.StatusCode, RestError.NameOf((StatusCode)(int)status["code"]!), (string)status["message"]!);
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
}
