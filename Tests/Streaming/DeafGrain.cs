namespace OrleansSie.Tests.Streaming;

/// <summary>Subscribed, but never attaches an observer.</summary>
[ImplicitStreamSubscription("deaf")]
[GrainType("test-deaf")]
internal sealed class DeafGrain : Grain, IDeafGrain;
