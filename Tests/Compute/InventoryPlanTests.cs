using OrleansSie.Silo.Compute;
using OrleansSie.Silo.Configuration;
using OrleansSie.Testing;
using OrleansSie.Tests.EndToEnd;
using Xunit;

namespace OrleansSie.Tests.Compute;

/// <summary>When an inventory is taken at all.</summary>
public sealed class InventoryPlanTests
{
    [Fact]
    public void Plan_OfLocalMode_IsOff() => Assert.Contains("local mode", InventoryPlan.Of(new SieOptions()).OffBecause, StringComparison.Ordinal);

    [Fact]
    public void Plan_WithAnEmulatorAlone_IsOff()
    {
        var emulator = new PubSubOptions { EmulatorHost = "127.0.0.1:8085" };

        Assert.Contains(
            "PUBSUB_EMULATOR_HOST",
            InventoryPlan.Of(new SieOptions { IsLocal = false, ProjectName = "p", PubSub = emulator }).OffBecause,
            StringComparison.Ordinal);
        Assert.True(InventoryPlan.Of(new SieOptions
        {
            IsLocal = false,
            ProjectName = "p",
            PubSub = emulator,
            Compute = new ComputeOptions { Endpoint = "http://127.0.0.1:1" },
        }).IsOn);
    }

    [Fact]
    public void Plan_SwitchedOff_IsOff()
    {
        var plan = InventoryPlan.Of(new SieOptions { IsLocal = false, ProjectName = "p", Inventory = new InventoryOptions { Enabled = false } });

        Assert.Contains("inventory.enabled", plan.OffBecause, StringComparison.Ordinal);
        Assert.Empty(plan.Projects);
    }

    [Fact]
    public void Plan_OfSeveralProjects_HasEachOnce()
    {
        static ProjectOptions Project(string name) =>
            new() { Name = name, InstanceCreationSubscriptionName = "c", InstanceInterruptionSubscriptionName = "i" };

        Assert.Equal(
            ["p", "q"],
            InventoryPlan.Of(new SieOptions { IsLocal = false, ProjectName = "p", Projects = [Project("p"), Project("q"), Project("q")] }).Projects);
    }

    [Fact]
    public async Task Silo_OfLocalMode_SaysThatItIsOff()
    {
        using var folder = new TemporaryFolder();
        await using var silo = await LocalSilo.StartAsync(folder.Path);

        Assert.Equal(0, (await silo.MetricsAsync())["sie_inventory_enabled"]);
    }
}
