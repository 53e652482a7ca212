using Microsoft.Extensions.Options;
using Orleans.Clustering.Kubernetes;
using Orleans.Configuration;
using Xunit;
using static OrleansSie.Tests.Kubernetes.MembershipFixture;

namespace OrleansSie.Tests.Kubernetes;

/// <summary>What a client learns from the table, with the right to get it alone.</summary>
public sealed class GatewayTests
{
    [Fact]
    public async Task Gateways_AreThoseOfActiveSilosThatHaveOne()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(1, 7), SiloStatus.Active);
        await table.JoinAsync(Address(2), SiloStatus.Joining);
        await table.JoinAsync(Address(3), SiloStatus.Active);
        await table.ChangeAsync(Address(3), entry => entry.ProxyPort = 0);
        ground.Server.Allows = request => request is { Verb: "get", Name: Table };

        var gateways = await Gateways(ground).GetGatewaysAsync(TestContext.Current.CancellationToken);

        Assert.Equal([SiloAddress.New(Address(1).Endpoint.Address, 30000, 7).ToGatewayUri()], gateways);
    }

    [Fact]
    public async Task BeforeTheFirstSilo_ThereAreNone_AndThenTheyAre()
    {
        await using var ground = await StartAsync();
        var gateways = Gateways(ground);
        Assert.Empty(await gateways.GetGatewaysAsync(TestContext.Current.CancellationToken));

        IMembershipTable table = ground.Handle();
        await table.InitializeMembershipTableAsync(true, TestContext.Current.CancellationToken);
        await table.JoinAsync(Address(1), SiloStatus.Active);

        Assert.Single(await gateways.GetGatewaysAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ATableThatVanishes_OrMayNotBeRead_IsAnErrorAndNotAnEmptyList()
    {
        var (ground, _) = await StartWithTableAsync();
        await using var __ = ground;
        var gateways = Gateways(ground);
        await gateways.GetGatewaysAsync(TestContext.Current.CancellationToken);

        ground.Server.Allows = _ => false;
        var denied = await Assert.ThrowsAsync<KubernetesMembershipException>(() => gateways.GetGatewaysAsync(TestContext.Current.CancellationToken));
        ground.Server.Allows = _ => true;
        ground.Delete(Table);
        var missing = await Assert.ThrowsAsync<KubernetesMembershipException>(() => gateways.GetGatewaysAsync(TestContext.Current.CancellationToken));

        Assert.Equal((MembershipFailure.Denied, MembershipFailure.Missing), (denied.Failure, missing.Failure));
    }

    [Fact]
    public async Task ATableDeletedAndMadeAgain_IsTakenAsItIs()
    {
        var (ground, table) = await StartWithTableAsync();
        await using var _ = ground;
        await table.JoinAsync(Address(1), SiloStatus.Active);
        await table.JoinAsync(Address(2), SiloStatus.Active);
        var gateways = Gateways(ground);
        Assert.Equal(2, (await gateways.GetGatewaysAsync(TestContext.Current.CancellationToken)).Count);

        ground.Delete(Table);
        IMembershipTable next = ground.Handle();
        await next.InitializeMembershipTableAsync(true, TestContext.Current.CancellationToken);
        await next.JoinAsync(Address(3), SiloStatus.Active);

        var gateway = Assert.Single(await gateways.GetGatewaysAsync(TestContext.Current.CancellationToken));
        Assert.Contains("10.0.0.4", gateway.ToString(), StringComparison.Ordinal);
    }

    private static KubernetesGatewayListProvider Gateways(MembershipFixture ground) =>
        new KubernetesGatewayListProvider(ground.Reader(ground.Api(), isSilo: false), Options.Create(new GatewayOptions()));
}
