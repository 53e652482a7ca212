using System.Globalization;
using OrleansSie.Bench.Chaos;
using OrleansSie.Bench.Chaos.Faults;
using OrleansSie.Bench.Chaos.Grounds;
using OrleansSie.Bench.Chaos.Mixing;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.Chaos;

/// <summary>What <c>chaos --long</c> plays.</summary>
public sealed class LongOptionsTests
{
    [Theory]
    [InlineData("cut", "cut-silos-800s 1", 800)]
    [InlineData("freeze-before-call", "freeze-before-call-740s 1", 740)]
    [InlineData("freeze-after-write", "freeze-after-write-740s 1", 740)]
    [InlineData("slow-store", "slow-store-150s 2", 330)]
    public void Long_OfAKind_HasThatFaultAloneForItsTime(string kind, string faults, int seconds)
    {
        var options = ChaosOptions.Parse(["--long", kind, "--seed", "3"])!;
        var schedule = Schedule.Of(options, 3);

        Assert.Equal((faults, seconds), (schedule.ByKind, (int)schedule.Duration.TotalSeconds));
        Assert.Equal(kind == "cut", options.HasNetworks);
        Assert.Equal(2_400, options.Events);
    }

    [Fact]
    public void Long_WithSeconds_LastsSoLong()
    {
        var schedule = Schedule.Of(ChaosOptions.Parse(["--long-seconds", "20", "--long", "freeze-before-call"])!, 1);

        Assert.Equal(20, (int)schedule.Duration.TotalSeconds);
    }

    [Theory]
    [InlineData("--long", "cat")]
    [InlineData("--long")]
    [InlineData("--long-seconds", "20")]
    [InlineData("--long", "cut", "--silos", "2")]
    [InlineData("--long", "slow-store", "--store", "embedded")]
    [InlineData("--long", "cut", "--clustering", "kubernetes")]
    public void Long_ThatCannotBe_IsRefused(params string[] args) => Assert.Null(ChaosOptions.Parse(args));

    [Fact]
    public void Mix_OfALongRun_HasEachInterruptionTwiceAndNoDoubleInTheFirstHalf()
    {
        var mix = Mix.Known(5, 200, tellIds: true);
        var interruptions = mix.Messages.Where(m => !m.IsCreationTopic).ToList();

        Assert.Equal(200, Model.Of(mix).Figures.Counted);
        Assert.All(interruptions.GroupBy(m => m.Data), same => Assert.Equal(2, same.Count()));
        Assert.Equal(200, mix.Messages.Select(m => m.Data).Distinct().Count(d => mix.Messages.First(m => m.Data == d).IsCreationTopic));
        var first = interruptions.Where(m => m.At < KnownMix.Middle).ToList();
        Assert.InRange(first.Count, 50, 150);
        Assert.Equal(first.Count, first.Select(m => m.Data).Distinct().Count());
    }

    [Fact]
    public void DeliveryLimit_IsThatOfTheTerraformModule()
    {
        var module = Repository.Read("infra/gcp/variables.tf");
        var variable = module[module.IndexOf("\"max_delivery_attempts\"", StringComparison.Ordinal)..];
        var standard = variable[variable.IndexOf("default", StringComparison.Ordinal)..].Split('\n')[0].Split('=')[1];

        Assert.Equal(LongPlay.DeliveryLimit, int.Parse(standard, CultureInfo.InvariantCulture));
    }
}
