using Grpc.Core;

namespace OrleansSie.Silo.LocalPubSub;

/// <summary>The errors that Pub/Sub answers with, as gRPC statuses. Over REST they become an HTTP status and a JSON body.</summary>
internal static class PubSubErrors
{
    public static RpcException NotFound(string name) =>
        With(StatusCode.NotFound, $"Resource not found (resource={name}).");

    public static RpcException AlreadyExists(string name) =>
        With(StatusCode.AlreadyExists, $"Resource already exists in the project (resource={name}).");

    public static RpcException Invalid(string sentence) => With(StatusCode.InvalidArgument, sentence);

    /// <summary>Something that Google's Pub/Sub has and local mode does not.</summary>
    public static RpcException NotOffered(string what) => With(StatusCode.Unimplemented,
        $"{what} is not part of local mode's Pub/Sub; use Google's Pub/Sub emulator for it (docs/local.md says what there is)");

    /// <exception cref="RpcException">INVALID_ARGUMENT: the condition does not hold.</exception>
    public static void Require(bool condition, string sentence)
    {
        if (!condition)
        {
            throw Invalid(sentence);
        }
    }

    public static RpcException Stopping() => With(StatusCode.Unavailable, "The local Pub/Sub is stopping.");

    public static RpcException Cancelled() => With(StatusCode.Cancelled, "The caller went away.");

    private static RpcException With(StatusCode code, string sentence) => new(new Status(code, sentence));
}
