using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Tests.Grains.Stops;

/// <summary>A call of the instance that is no event, made again by its caller until it succeeds.</summary>
/// <param name="IsLate">Whether the time is over by then in which a waiting interruption must find its cluster.</param>
/// <param name="MakeAsync">Makes it; gets the tag of the run.</param>
internal sealed record StopCall(bool IsLate, Func<IInstanceGrain, string, Task> MakeAsync);
