using System.Buffers.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;

namespace OrleansSie.Silo.Local;

/// <summary>
/// Brings REST bodies that the real service accepts into the one form transcoding reads: a missing body becomes an empty object, and
/// data may be base64 of either alphabet, padded or not. gcloud sends the URL-safe one.
/// </summary>
internal sealed class RestBody(RequestDelegate next)
{
    private static readonly JsonDocumentOptions _strict = new() { AllowDuplicateProperties = false };
    private static readonly JsonSerializerOptions _compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether a request brings a body, also one of unknown length.</summary>
    public static bool Exists(HttpContext context) =>
        context.Request.ContentLength > 0
        || (context.Request.ContentLength is null && context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true });

    public async Task InvokeAsync(HttpContext context)
    {
        var request = context.Request;
        if (!Exists(context) && (HttpMethods.IsPost(request.Method) || HttpMethods.IsPut(request.Method)))
        {
            Replace(request, new JsonObject());
        }
        else if (ContentTypes.IsJson(request.ContentType) && request.Path.Value!.EndsWith(":publish", StringComparison.Ordinal)
            && await FaultAsync(context) is { } fault)
        {
            await RestError.WriteAsync(context, StatusCodes.Status400BadRequest, "INVALID_ARGUMENT", fault);
            return;
        }

        await next(context);
    }

    private static async Task<string?> FaultAsync(HttpContext context)
    {
        try
        {
            var body = await JsonNode.ParseAsync(context.Request.Body, null, _strict, context.RequestAborted);
            var messages = (body as JsonObject)?["messages"] as JsonArray ?? [];
            for (var i = 0; i < messages.Count; i++)
            {
                if (messages[i] is JsonObject message && !TryStandardize(message))
                {
                    return $"messages[{i}].data is not base64.";
                }
            }

            Replace(context.Request, body);
            return null;
        }
        catch (JsonException fault)
        {
            return $"The body is not JSON: {fault.Message}";
        }
        catch (BadHttpRequestException fault)
        {
            return $"A message may have at most {PublishRules.MaxDataBytes} bytes of data: {fault.Message}";
        }
    }

    private static bool TryStandardize(JsonObject message)
    {
        if (message["data"] is not JsonValue value || !value.TryGetValue<string>(out var text))
        {
            return true;
        }

        var bare = text.Replace('-', '+').Replace('_', '/').TrimEnd('=');
        var padded = bare.PadRight((bare.Length + 3) / 4 * 4, '=');
        message["data"] = padded;
        return Base64.IsValid(padded);
    }

    private static void Replace(HttpRequest request, JsonNode? body)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, _compact);
        request.Body = new MemoryStream(bytes);
        request.ContentLength = bytes.Length;
        request.ContentType = "application/json";
    }
}
