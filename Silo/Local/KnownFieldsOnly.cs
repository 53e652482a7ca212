using Google.Protobuf;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace OrleansSie.Silo.Local;

/// <summary>Holds every single request, gRPC or REST, against <see cref="ForeignFields"/> before it has an effect.</summary>
internal sealed class KnownFieldsOnly : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        ForeignFields.Refuse((IMessage)request);
        return continuation(request, context);
    }
}
