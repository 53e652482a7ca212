using OrleansSie.Tests.Failures;
using OrleansSie.Tests.Kubernetes.Server;

namespace OrleansSie.Tests.Kubernetes.Silos;

/// <summary>
/// What the program may do in Kubernetes, and all of it: the chart's role is compared with this, and the requests of a run are.
/// </summary>
internal static class MembershipRole
{
    private const string Alive = Stage.MembershipTable + "-alive";

    /// <summary>What a run asks for, no more and no less.</summary>
    public static HashSet<(string Verb, string Name)> Rights { get; } =
    [
        ("get", Stage.MembershipTable), ("update", Stage.MembershipTable), ("get", Alive), ("patch", Alive),
    ];

    /// <summary>Whether the role allows it.</summary>
    public static bool Grants(FakeRequest request) => Rights.Contains((request.Verb, request.Name));
}
