namespace OrleansSie.Tests.Compute;

/// <summary>Stands in for the silo that is not there.</summary>
internal sealed class NoGrains : IGrainFactory
{
    public TGrainObserverInterface CreateObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver => (TGrainObserverInterface)obj;

    public void DeleteObjectReference<TGrainObserverInterface>(IGrainObserver obj)
        where TGrainObserverInterface : IGrainObserver
    {
        // Nothing was registered.
    }

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidKey => throw None();

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerKey => throw None();

    public TGrainInterface GetGrain<TGrainInterface>(string primaryKey, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithStringKey => throw None();

    public TGrainInterface GetGrain<TGrainInterface>(Guid primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithGuidCompoundKey => throw None();

    public TGrainInterface GetGrain<TGrainInterface>(long primaryKey, string keyExtension, string? grainClassNamePrefix = null)
        where TGrainInterface : IGrainWithIntegerCompoundKey => throw None();

    public TGrainInterface GetGrain<TGrainInterface>(GrainId grainId)
        where TGrainInterface : IAddressable => throw None();

    public IGrain GetGrain(Type grainInterfaceType, Guid grainPrimaryKey) => throw None();

    public IGrain GetGrain(Type grainInterfaceType, long grainPrimaryKey) => throw None();

    public IGrain GetGrain(Type grainInterfaceType, string grainPrimaryKey) => throw None();

    public IGrain GetGrain(Type grainInterfaceType, Guid grainPrimaryKey, string keyExtension) => throw None();

    public IGrain GetGrain(Type grainInterfaceType, long grainPrimaryKey, string keyExtension) => throw None();

    public IAddressable GetGrain(Type grainInterfaceType, IdSpan grainKey) => throw None();

    public IAddressable GetGrain(Type grainInterfaceType, IdSpan grainKey, string grainClassNamePrefix) => throw None();

    public IAddressable GetGrain(GrainId grainId) => throw None();

    public IAddressable GetGrain(GrainId grainId, GrainInterfaceType interfaceType) => throw None();

    private static NotSupportedException None() => new("There is no silo.");
}
