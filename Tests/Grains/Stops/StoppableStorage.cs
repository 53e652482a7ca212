using Orleans.Storage;

namespace OrleansSie.Tests.Grains.Stops;

/// <summary>One world's way to the store that all worlds share: can be stopped before each operation, and after it but before its answer.</summary>
internal sealed class StoppableStorage(TestStorage store, StopPoints points) : IGrainStorage
{
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        // The index reads its names, and asks the clusters, by a timer: when it does so is no part of an event's way.
        var isOnTheWay = stateName != "cluster-index" && !StoppableCalls.IsQuestion;
        await (isOnTheWay ? points.AtAsync("before read", Subject(stateName, grainId)) : Task.CompletedTask);
        await store.ReadStateAsync(stateName, grainId, grainState);
        await (isOnTheWay ? points.AtAsync("after read", Subject(stateName, grainId)) : Task.CompletedTask);
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        // What is stored is fixed when the writer asks, as by a real store, which has serialised before it first waits.
        var asked = new GrainState<T>(Copy(store, grainState.State), grainState.ETag) { RecordExists = grainState.RecordExists };
        await points.AtAsync("before write", Subject(stateName, grainId));
        await store.WriteStateAsync(stateName, grainId, asked);
        (grainState.ETag, grainState.RecordExists) = (asked.ETag, asked.RecordExists);
        await points.AtAsync("after write", Subject(stateName, grainId));
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await points.AtAsync("before clear", Subject(stateName, grainId));
        await store.ClearStateAsync(stateName, grainId, grainState);
        await points.AtAsync("after clear", Subject(stateName, grainId));
    }

    private static T Copy<T>(TestStorage store, T state) => store.Serializer.Deserialize<T>(store.Serializer.Serialize(state));

    // A segment has a name of its own each time.
    private static string Subject(string stateName, GrainId grainId) =>
        TestStorage.Name(stateName.StartsWith("segment-", StringComparison.Ordinal) ? "segment" : stateName, grainId);
}
