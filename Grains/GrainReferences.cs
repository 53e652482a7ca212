namespace OrleansSie.Grains;

/// <summary>
/// Makes references to the grains of one interface. Orleans' GetGrain finds grain type and interface by reflection at each call, which costs
/// more than the rest of a local call: here that is done once.
/// </summary>
internal sealed class GrainReferences<T>
    where T : IGrainWithStringKey
{
    private readonly IGrainFactory _grains;
    private GrainReference? _first;

    public GrainReferences(IGrainFactory grains)
    {
        _grains = grains;
    }

    /// <summary>The grain of a key.</summary>
    public T Of(string key)
    {
        if (Volatile.Read(ref _first) is { } first)
        {
            return (T)_grains.GetGrain(GrainId.Create(first.GrainId.Type, key), first.InterfaceType);
        }

        var found = _grains.GetGrain<T>(key);
        Volatile.Write(ref _first, (GrainReference)(IAddressable)found);
        return found;
    }
}
