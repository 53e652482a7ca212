using System.Text.Json.Serialization;

namespace Orleans.Clustering.Kubernetes;

/// <summary>The stored form of rows. Properties that a later version may add are passed over.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(UtcTime), typeof(JsonStringEnumConverter<SiloStatus>)])]
[JsonSerializable(typeof(SiloRow))]
[JsonSerializable(typeof(LastWrite))]
internal sealed partial class RowJson : JsonSerializerContext;
