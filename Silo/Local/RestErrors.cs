using System.Text.Json;
using System.Text.Json.Nodes;
using Grpc.Core;

namespace OrleansSie.Silo.Local;

/// <summary>
/// Gives every REST error the form Google's APIs use, which gcloud and client libraries read; transcoding writes a bare
/// google.rpc.Status, and routing nothing at all.
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
        answer.Position = 0;
        if (context.Response.StatusCode >= StatusCodes.Status400BadRequest)
        {
            await RewriteAsync(context, answer);
        }
        else
        {
            await answer.CopyToAsync(wire, context.RequestAborted);
        }
    }

    private static Task RewriteAsync(HttpContext context, MemoryStream answer)
    {
        var http = context.Response.StatusCode;
        if (answer.Length == 0)
        {
            return RestError.WriteAsync(context, http, http == StatusCodes.Status404NotFound ? "NOT_FOUND" : "UNIMPLEMENTED",
                $"The local Pub/Sub has no {context.Request.Method} {context.Request.Path}. It has POST :publish, :pull, :acknowledge, "
                + ":modifyAckDeadline, and PUT and GET of /v1/projects/{project}/topics/{topic} and .../subscriptions/{subscription}.");
        }

        var status = JsonNode.Parse(answer)!;
        var code = (StatusCode)(int)status["code"]!;
        return RestError.WriteAsync(
            context, http, JsonNamingPolicy.SnakeCaseUpper.ConvertName(code.ToString()), (string)status["message"]!);
    }
}
