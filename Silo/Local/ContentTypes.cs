using Microsoft.Net.Http.Headers;

namespace OrleansSie.Silo.Local;

/// <summary>The two content types the local Pub/Sub reads; neither can be sent by a web page of another origin without asking.</summary>
internal static class ContentTypes
{
    public static bool IsJson(string? contentType) => MediaType(contentType) is "application/json";

    public static bool IsGrpc(string? contentType) =>
        MediaType(contentType) is { } type && (type == "application/grpc" || type.StartsWith("application/grpc+", StringComparison.Ordinal));

    private static string? MediaType(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type) ? type.MediaType.Value?.ToLowerInvariant() : null;
}
