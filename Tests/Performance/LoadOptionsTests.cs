using OrleansSie.Bench.Load;
using Xunit;

namespace OrleansSie.Tests.Performance;

public sealed class LoadOptionsTests
{
    [Fact]
    public void Parse_Pairs_TakesRunsAndBase()
    {
        var options = LoadOptions.Parse(["e2e", "--pairs", "11", "old", "--storage", "redis", "--silos", "3", "--rate", "100"]);

        Assert.NotNull(options);
        Assert.Equal((Measurement.e2e, 11, "old", LoadStorage.redis, 3, 100), (options.Measurement, options.Runs, options.Base, options.Storage, options.Silos, options.Rate));
    }

    [Fact]
    public void Parse_SeveralSilos_TakesEach() => Assert.Equal(["a", "b"], LoadOptions.Parse(["cold", "--silo", "a", "--silo", "b"])!.Programs);

    [Fact]
    public void Parse_ScrapeWithPools_TakesItsGround() => Assert.Equal(
        (40, 167), LoadOptions.Parse(["scrape", "--clusters", "40", "--pools", "167"]) is { } options ? (options.Clusters, options.Pools) : default);

    [Theory]
    [InlineData("e2e", "--pairs", "11")]
    [InlineData("e2e", "--silos", "2")]
    [InlineData("e2e", "--into", "folder")]
    [InlineData("e2e", "--events", "0")]
    [InlineData("e2e", "--unknown", "1")]
    [InlineData("nothing")]
    public void Parse_WhatCannotBe_IsRefused(params string[] args) => Assert.Null(LoadOptions.Parse(args));
}
