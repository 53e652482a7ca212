namespace OrleansSie.Tests.Streaming;

/// <summary>A grain interface of its own, as each grain class must have one.</summary>
[Alias("OrleansSie.Tests.Streaming.IFirstGrain")]
public interface IFirstGrain : IGrainWithStringKey;
