using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Tests.Grains;

/// <summary>Calls of an instance for one event.</summary>
internal static class InstanceGrainExtensions
{
    public static async Task<Outcome> Handle(this IInstanceGrain instance, InstanceEvent e) => (await instance.Handle([e]))[0];
}
