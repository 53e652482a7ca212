using Orleans.Clustering.Kubernetes;
using Xunit;
using static OrleansSie.Tests.Kubernetes.MembershipFixture;

namespace OrleansSie.Tests.Kubernetes;

/// <summary>A ConfigMap holds a mebibyte: dead rows leave before it is full, living ones never do.</summary>
public sealed class SizeTests
{
    private static readonly TableIdentity _identity = new("shop", Table, "shop", "prod");

    [Fact]
    public void ATableOfATypicalSize_IsNotTouched()
    {
        var map = Map(dead: 1000, active: 100);

        Assert.Same(map, SizeGuard.Fit(map, _identity, out var dropped));
        Assert.Equal(0, dropped);
    }

    [Fact]
    public void ATableThatGrowsTooLarge_LosesItsOldestDeadRowsOnly()
    {
        var fitting = SizeGuard.Fit(Map(dead: 3000, active: 50), _identity, out var dropped);

        var rows = TableDocument.Read(fitting, _identity).Rows().Select(row => row.Value).ToArray();
        Assert.Equal(2800, dropped);
        Assert.Equal(50, rows.Count(row => row.Status is SiloStatus.Active));
        Assert.Equal(Enumerable.Range(2800, 200), rows.Where(row => row.Status is SiloStatus.Dead).Select(row => row.UpdateZone).Order());
    }

    [Fact]
    public void ATableOfTooManyLivingSilos_IsRefusedWithItsSize()
    {
        var failure = Assert.Throws<KubernetesMembershipException>(() => SizeGuard.Fit(Map(dead: 0, active: 4000), _identity, out var _));

        Assert.Equal(MembershipFailure.TooLarge, failure.Failure);
        Assert.Contains("a ConfigMap holds 1048576 at most", failure.Message, StringComparison.Ordinal);
    }

    private static k8s.Models.V1ConfigMap Map(int dead, int active)
    {
        var data = TableDocument.Header(_identity, "", 1).ToDictionary(pair => pair.Key, pair => pair.Value!);
        for (var number = 0; number < dead + active; number++)
        {
            var entry = Entry(Address(number, number), number < dead ? SiloStatus.Dead : SiloStatus.Active);
            entry.UpdateZone = number;
            entry.StartTime = entry.IAmAliveTime = Noon.AddSeconds(number);
            data[RowKey.Of(entry.SiloAddress)] = System.Text.Json.JsonSerializer.Serialize(SiloRow.Of(entry, 1), RowJson.Default.SiloRow);
        }

        return new k8s.Models.V1ConfigMap { Metadata = new() { Name = Table, Uid = "u", ResourceVersion = "1" }, Data = data };
    }
}
