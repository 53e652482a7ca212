using System.Text.Json.Serialization;
using OrleansSie.Grains.Attribution;
using OrleansSie.Grains.Clusters;
using OrleansSie.Grains.Instances;
using OrleansSie.Grains.Repair;

namespace OrleansSie.Grains.Storage;

/// <summary>Every type of record that is stored.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(InstanceState))]
[JsonSerializable(typeof(ClusterState))]
[JsonSerializable(typeof(SegmentState))]
[JsonSerializable(typeof(ClusterIndexState))]
[JsonSerializable(typeof(ParkedState))]
[JsonSerializable(typeof(PullMarkState))]
internal sealed partial class StateJson : JsonSerializerContext;
