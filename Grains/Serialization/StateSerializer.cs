using System.Collections;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using OrleansSie.Grains.Clusters;
using OrleansSie.Grains.Gaps;
using OrleansSie.Grains.Instances;
using OrleansSie.Grains.Nodes;
using OrleansSie.Grains.State;
using OrleansSie.Grains.Unattributed;

namespace OrleansSie.Grains.Serialization;

/// <summary>
/// The stored form of every state: UTF-8 JSON with short, stable names, without what is empty. Members unknown to this version are kept and
/// written back, so that two versions can share a record during a rolling upgrade; all but <see cref="IVersionedState.Derived"/>.
/// What cannot be read is an error, never an empty state;
/// so a new value of a stored enum must be readable by every silo before the first silo writes it. docs/stored-form.md has all members.
/// </summary>
public sealed class StateSerializer : IGrainStorageSerializer
{
    private static readonly JsonSerializerOptions _options = new(StateJson.Default.Options)
    {
        TypeInfoResolver = StateJson.Default.WithAddedModifier(LeaveOutWhatIsEmpty),
    };

    /// <inheritdoc/>
    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input!, Form<T>.Info));

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The record is not one that this version can read.</exception>
    public T Deserialize<T>(BinaryData input)
    {
        var state = JsonSerializer.Deserialize(input.ToMemory().Span, Form<T>.Info) ?? throw new InvalidDataException("The record is empty.");
        if (state is IVersionedState versioned)
        {
            if (versioned.Schema is < 1 or > IVersionedState.CurrentSchema)
            {
                throw new InvalidDataException(
                    $"The record has schema {versioned.Schema}; this version reads 1 to {IVersionedState.CurrentSchema}. Run a newer version.");
            }

            versioned.Unknown?.Remove(IVersionedState.Derived);
        }

        return state;
    }

    /// <summary>Lists and texts alike.</summary>
    private static void LeaveOutWhatIsEmpty(JsonTypeInfo type)
    {
        foreach (var member in type.Properties.Where(p => !p.IsExtensionData && p.PropertyType.IsAssignableTo(typeof(IEnumerable))))
        {
            member.ShouldSerialize = (_, value) => value is not (null or "" or ICollection { Count: 0 });
        }
    }

    private static class Form<T>
    {
        public static readonly JsonTypeInfo<T> Info = (JsonTypeInfo<T>)_options.GetTypeInfo(typeof(T));
    }
}

/// <summary>Every type of record that is stored.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(InstanceState))]
[JsonSerializable(typeof(ClusterState))]
[JsonSerializable(typeof(SegmentState))]
[JsonSerializable(typeof(ClusterIndexState))]
[JsonSerializable(typeof(UnattributedState))]
[JsonSerializable(typeof(NodesState))]
[JsonSerializable(typeof(PullMarkState))]
internal sealed partial class StateJson : JsonSerializerContext;
