using System.Buffers.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansSie.Silo.LocalPubSub.Protocol;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Microsoft.AspNetCore.Grpc.JsonTranscoding;
using Microsoft.AspNetCore.Http.Features;

namespace OrleansSie.Silo.LocalPubSub;

/// <summary>
/// Converts REST bodies that the real service accepts into the form that transcoding reads. A missing body becomes an empty object. Data
/// may be base64 of either alphabet, padded or not; gcloud sends the URL-safe one. Refuses fields that transcoding would skip.
/// </summary>
internal sealed class RestBody(RequestDelegate next)
{
    private static readonly JsonDocumentOptions _strict = new() { AllowDuplicateProperties = false };
    private static readonly JsonSerializerOptions _compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Whether a request has a body, also one of unknown length.</summary>
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
        else if (ContentTypes.IsJson(request.ContentType)
            && context.GetEndpoint()?.Metadata.GetMetadata<GrpcJsonTranscodingMetadata>() is { MethodDescriptor: var method })
        {
            // Decompression has removed the encodings that it knows.
            if (request.Headers.ContentEncoding is [{ Length: > 0 } encoding, ..] && encoding != "identity")
            {
                await RestErrors.WriteAsync(context, StatusCodes.Status415UnsupportedMediaType, "INVALID_ARGUMENT",
                    $"A body may be compressed with gzip, deflate or br, once; this has the Content-Encoding '{request.Headers.ContentEncoding}'.");
                return;
            }

            try
            {
                Replace(request, await ReadAsync(context, method.InputType));
            }
            catch (RpcException refusal)
            {
                await RestErrors.WriteAsync(context, refusal);
                return;
            }
        }

        await next(context);
    }

    private static async Task<JsonNode?> ReadAsync(HttpContext context, MessageDescriptor type)
    {
        try
        {
            var body = await JsonNode.ParseAsync(context.Request.Body, null, _strict, context.RequestAborted);
            if (body is JsonObject request)
            {
                ForeignFields.Refuse(type, request);
                StandardizeData(type == PublishRequest.Descriptor ? request["messages"] as JsonArray ?? [] : []);
            }

            return body;
        }
        catch (JsonException fault)
        {
            throw PubSubErrors.Invalid($"The body is not JSON: {fault.Message}");
        }
        catch (BadHttpRequestException fault)
        {
            throw PubSubErrors.Invalid($"A message may have at most {PublishRules.MaxDataBytes} bytes of data: {fault.Message}");
        }
        catch (Exception fault) when (fault is InvalidDataException or InvalidOperationException)
        {
            throw PubSubErrors.Invalid($"The body is not what its Content-Encoding says: {fault.Message}");
        }
    }

    private static void StandardizeData(JsonArray messages)
    {
        for (var i = 0; i < messages.Count; i++)
        {
            if (messages[i] is JsonObject message && message["data"] is JsonValue value && value.TryGetValue<string>(out var text))
            {
                var bare = text.Replace('-', '+').Replace('_', '/').TrimEnd('=');
                var padded = bare.PadRight((bare.Length + 3) / 4 * 4, '=');
                PubSubErrors.Require(Base64.IsValid(padded), $"messages[{i}].data is not base64.");
                message["data"] = padded;
            }
        }
    }

    private static void Replace(HttpRequest request, JsonNode? body)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(body, _compact);
        request.Body = new MemoryStream(bytes);
        request.ContentLength = bytes.Length;
        request.ContentType = "application/json";
    }
}
