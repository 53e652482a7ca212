using System.Collections.Concurrent;
using Orleans.Storage;
using OrleansSie.Grains.Serialization;

namespace OrleansSie.Tests.Grains;

/// <summary>
/// A store in memory that keeps bytes as the real ones do, with etags, and lets a test stop or fail any write.
/// It outlives the silos that use it, so a test can restart them on what was stored.
/// </summary>
internal sealed class TestStorage : IGrainStorage
{
    private readonly ConcurrentDictionary<string, (BinaryData Data, string Etag)> _records = new();
    private readonly StateSerializer _serializer = new();
    private int _etag;

    /// <summary>What makes the bytes.</summary>
    public StateSerializer Serializer => _serializer;

    /// <summary>Asked before each write; what it throws is what the store answers.</summary>
    public Func<string, Task> BeforeWrite { get; set; } = _ => Task.CompletedTask;

    /// <summary>Asked after each write was applied; what it throws is an answer that got lost.</summary>
    public Func<string, Task> AfterWrite { get; set; } = _ => Task.CompletedTask;

    public Func<string, Task> BeforeRead { get; set; } = _ => Task.CompletedTask;

    /// <summary>Asked after each read: what it keeps waiting has read an old record by then.</summary>
    public Func<string, Task> AfterRead { get; set; } = _ => Task.CompletedTask;

    /// <summary>Sizes of all writes, by record name.</summary>
    public ConcurrentQueue<(string Record, int Bytes)> Writes { get; } = new();

    public IReadOnlyDictionary<string, string> Records => _records.ToDictionary(r => r.Key, r => r.Value.Data.ToString());

    /// <summary>A record as it is stored now.</summary>
    public T Read<T>(string record) => _serializer.Deserialize<T>(_records[record].Data);

    public void Put(string record, string json) => _records[record] = (BinaryData.FromString(json), NewEtag());

    /// <summary>The record leaves the store by itself, as one does that was not written for long.</summary>
    public void Expire(string record) => _records.TryRemove(record, out _);

    public void Remove(string record) => _records.TryRemove(record, out _);

    public IReadOnlyDictionary<string, (BinaryData Data, string Etag)> Copy() => new Dictionary<string, (BinaryData, string)>(_records);

    public void Restore(IReadOnlyDictionary<string, (BinaryData Data, string Etag)> copy)
    {
        _records.Clear();
        foreach (var (key, value) in copy)
        {
            _records[key] = value;
        }
    }

    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var record = Name(stateName, grainId);
        await BeforeRead(record);
        if (_records.TryGetValue(record, out var found))
        {
            grainState.State = _serializer.Deserialize<T>(found.Data);
            grainState.ETag = found.Etag;
            grainState.RecordExists = true;
        }
        else
        {
            grainState.State = Activator.CreateInstance<T>();
            grainState.ETag = null;
            grainState.RecordExists = false;
        }

        await AfterRead(record);
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var record = Name(stateName, grainId);
        var data = _serializer.Serialize(grainState.State);
        await BeforeWrite(record);
        lock (_records)
        {
            var stored = _records.TryGetValue(record, out var found) ? found.Etag : null;
            if (stored != grainState.ETag)
            {
                throw new InconsistentStateException($"Etag of {record} does not match", stored, grainState.ETag);
            }

            var etag = NewEtag();
            _records[record] = (data, etag);
            grainState.ETag = etag;
            grainState.RecordExists = true;
        }

        Writes.Enqueue((record, data.ToMemory().Length));
        await AfterWrite(record);
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        _records.TryRemove(Name(stateName, grainId), out _);
        grainState.State = Activator.CreateInstance<T>();
        grainState.ETag = null;
        grainState.RecordExists = false;
        return Task.CompletedTask;
    }

    public static string Name(string stateName, GrainId grainId) => $"{stateName}:{grainId.Key}";

    private string NewEtag() => Interlocked.Increment(ref _etag).ToString(System.Globalization.CultureInfo.InvariantCulture);
}
