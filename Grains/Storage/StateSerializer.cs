using System.Text.Json;

namespace OrleansSie.Grains.Storage;

/// <summary>
/// The stored form of every state: UTF-8 JSON with short, stable names. Members unknown to this version are kept and written
/// back, so that two versions can share a record during a rolling upgrade. What cannot be read is an error, never an empty state;
/// so a new value of a stored enum must be readable by every silo before the first silo writes it.
/// </summary>
public sealed class StateSerializer : IGrainStorageSerializer
{
    /// <inheritdoc/>
    public BinaryData Serialize<T>(T? input) => new(JsonSerializer.SerializeToUtf8Bytes(input, typeof(T), StateJson.Default));

    /// <inheritdoc/>
    /// <exception cref="InvalidDataException">The record is not one that this version can read.</exception>
    public T Deserialize<T>(BinaryData input)
    {
        var state = JsonSerializer.Deserialize(input.ToMemory().Span, typeof(T), StateJson.Default)
            ?? throw new InvalidDataException("The record is empty.");
        if (state is IVersionedState { Schema: < 1 or > IVersionedState.CurrentSchema } versioned)
        {
            throw new InvalidDataException(
                $"The record has schema {versioned.Schema}; this version reads 1 to {IVersionedState.CurrentSchema}. Run a newer version.");
        }

        return (T)state;
    }
}
