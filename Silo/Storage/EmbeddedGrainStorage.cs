using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Orleans.Serialization.Serializers;
using Orleans.Storage;

namespace OrleansSie.Silo.Storage;

/// <summary>
/// The grains' states in the embedded store, with the keys and the rules of Orleans' Redis storage: a write or a clear names the etag that
/// was read, and one that names another is refused; a cleared state leaves no record. With a retention, each write renews the expiry of the
/// record. Nothing here needs the turn of a grain, and each return to it costs time.
/// </summary>
internal sealed class EmbeddedGrainStorage(
    EmbeddedStore store,
    IGrainStorageSerializer serializer,
    IActivatorProvider activators,
    IOptions<ClusterOptions> cluster,
    TimeSpan? retention) : IGrainStorage
{
    private readonly string _prefix = $"{cluster.Value.ServiceId}/state/";

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var record = await store.ReadAsync(KeyOf(stateName, grainId)).ConfigureAwait(false);
        grainState.State = record is null ? activators.GetActivator<T>().Create() : serializer.Deserialize<T>(record.Data);
        grainState.ETag = record?.Etag;
        grainState.RecordExists = record is not null;
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var record = new StoreRecord(StoreRecord.NewEtag(), BytesOf(serializer.Serialize(grainState.State)));
        var applied = await store.WriteAsync(KeyOf(stateName, grainId), grainState.ETag, record, retention).ConfigureAwait(false);
        ThrowUnless(applied, "write", stateName, grainId, grainState);
        grainState.ETag = record.Etag;
        grainState.RecordExists = true;
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var applied = await store.RemoveAsync(KeyOf(stateName, grainId), grainState.ETag).ConfigureAwait(false);
        ThrowUnless(applied, "clear", stateName, grainId, grainState);
        grainState.State = activators.GetActivator<T>().Create();
        grainState.ETag = null;
        grainState.RecordExists = false;
    }

    private static void ThrowUnless<T>(bool applied, string what, string stateName, GrainId grainId, IGrainState<T> state)
    {
        if (!applied)
        {
            throw new InconsistentStateException(
                $"The {what} of state '{stateName}' of grain '{grainId}' names the etag '{state.ETag}', which is not the stored one.", "unknown", state.ETag);
        }
    }

    /// <summary>Without a copy, where the serializer's array holds these bytes alone.</summary>
    private static byte[] BytesOf(BinaryData data) =>
        MemoryMarshal.TryGetArray(data.ToMemory(), out var made) && made.Array is { } array && array.Length == made.Count ? array : data.ToArray();

    private string KeyOf(string stateName, GrainId grainId) => $"{_prefix}{grainId}/{stateName}";
}
