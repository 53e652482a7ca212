using System.Text.Json;
using System.Text.Json.Nodes;
using OrleansSie.Silo.LocalPubSub.Protocol;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Grpc.Core.Interceptors;

namespace OrleansSie.Silo.LocalPubSub;

/// <summary>
/// Refuses fields of a request that nothing here reads, so that no setting is accepted and ignored. A field with its default value is
/// accepted, because some clients send every field.
/// </summary>
internal static class ForeignFields
{
    /// <summary>The fields of Google's Pub/Sub that local mode does not have, by message, name and number.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<int, string>> OfGoogle { get; } =
        new Dictionary<string, IReadOnlyDictionary<int, string>>
        {
            [Topic.Descriptor.Name] = new Dictionary<int, string>
            {
                [3] = "message_storage_policy",
                [5] = "kms_key_name",
                [6] = "schema_settings",
                [7] = "satisfies_pzs",
                [8] = "message_retention_duration",
                [9] = "state",
                [10] = "ingestion_data_source_settings",
                [13] = "message_transforms",
                [14] = "tags",
            },
            [Subscription.Descriptor.Name] = new Dictionary<int, string>
            {
                [4] = "push_config",
                [7] = "retain_acked_messages",
                [10] = "enable_message_ordering",
                [11] = "expiration_policy",
                [12] = "filter",
                [15] = "detached",
                [16] = "enable_exactly_once_delivery",
                [17] = "topic_message_retention_duration",
                [18] = "bigquery_config",
                [19] = "state",
                [22] = "cloud_storage_config",
                [23] = "analytics_hub_subscription_info",
                [25] = "message_transforms",
                [26] = "tags",
                [27] = "bigtable_config",
            },
        };

    /// <exception cref="RpcException">The request, or a message in it, has a field that nothing here reads.</exception>
    public static void Refuse(IMessage request) => Refuse(request.Descriptor, request.ToByteString().CreateCodedInput());

    /// <summary>The same for a request in JSON, where a field has either form of its name.</summary>
    public static void Refuse(MessageDescriptor type, JsonObject request)
    {
        foreach (var (name, value) in request)
        {
            var field = type.Fields.InDeclarationOrder().FirstOrDefault(field => name == field.JsonName || name == field.Name);
            if (field is null)
            {
                var known = OfGoogle.GetValueOrDefault(type.Name)?.Values.FirstOrDefault(known => name == known || name == JsonName(known));
                if (known is null || !IsDefault(value))
                {
                    throw Refusal(type, known, $"has no field {name}");
                }
            }
            else if (field is { FieldType: FieldType.Message, IsMap: false })
            {
                foreach (var part in (value as JsonArray ?? [value?.DeepClone()]).OfType<JsonObject>())
                {
                    Refuse(field.MessageType, part);
                }
            }
        }
    }

    private static void Refuse(MessageDescriptor type, CodedInputStream wire)
    {
        for (var tag = wire.ReadTag(); tag != 0; tag = wire.ReadTag())
        {
            var number = WireFormat.GetTagFieldNumber(tag);
            var field = type.FindFieldByNumber(number);
            if (field is { FieldType: FieldType.Message, IsMap: false })
            {
                Refuse(field.MessageType, wire.ReadBytes().CreateCodedInput());
            }
            else if (field is not null)
            {
                wire.SkipLastField();
            }
            else if (!SkipIfDefault(wire, WireFormat.GetTagWireType(tag)))
            {
                var known = OfGoogle.GetValueOrDefault(type.Name)?.GetValueOrDefault(number);
                throw Refusal(type, known, $"has no field of number {number}");
            }
        }
    }

    private static RpcException Refusal(MessageDescriptor type, string? known, string otherwise) =>
        known is null ? PubSubErrors.Invalid($"{type.Name} {otherwise}.") : PubSubErrors.NotOffered($"{type.Name}.{known}");

    private static bool SkipIfDefault(CodedInputStream wire, WireFormat.WireType type) => type switch
    {
        WireFormat.WireType.Varint => wire.ReadUInt64() == 0,
        WireFormat.WireType.LengthDelimited => wire.ReadBytes().IsEmpty,
        _ => false,
    };

    private static bool IsDefault(JsonNode? value) => value switch
    {
        null => true,
        JsonObject map => map.Count == 0,
        JsonArray list => list.Count == 0,
        _ => value.ToJsonString() is "false" or "0" or "\"\"",
    };

    private static string JsonName(string name)
    {
        var pascal = string.Concat(name.Split('_').Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
        return JsonNamingPolicy.CamelCase.ConvertName(pascal);
    }
}

/// <summary>Checks every unary request, gRPC or REST, with <see cref="ForeignFields"/> before it has an effect.</summary>
internal sealed class KnownFieldsOnly : Interceptor
{
    public override Task<TResponse> UnaryServerHandler<TRequest, TResponse>(
        TRequest request, ServerCallContext context, UnaryServerMethod<TRequest, TResponse> continuation)
    {
        ForeignFields.Refuse((IMessage)request);
        return continuation(request, context);
    }
}
