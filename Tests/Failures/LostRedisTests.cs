using OrleansSie.Testing;
using OrleansSie.Silo.Metrics;
using Xunit;

namespace OrleansSie.Tests.Failures;

/// <summary>A Redis that loses everything under silos that run on it.</summary>
[Collection(nameof(FailureRows))]
public sealed class LostRedisTests
{
    [SystemFact]
    public async Task Store_EmptiedUnderTwoSilos_IsSaidAndNothingIsAckedUntilItIsRestored()
    {
        await using var stage = await Stage.StartAsync(silos: 2);
        await stage.PublishAsync(8);
        await stage.IsExactAsync();
        var backup = new DirectoryInfo(stage.Redis.Data).EnumerateFiles().ToDictionary(f => f.FullName, f => File.ReadAllBytes(f.FullName));
        var counted = Stage.Total(await stage.Silos[0].MetricsAsync());

        Assert.Equal("+OK", await stage.Redis.CommandAsync("FLUSHALL"));
        foreach (var silo in stage.Silos)
        {
            await Eventually.IsAsync(
                silo.ReadinessAsync, answer => answer?.Contains("was emptied, or another server answers there", StringComparison.Ordinal) == true);
        }

        await stage.PublishAsync(8);
        var late = stage.AddSilo();
        await Eventually.IsAsync(
            () => Task.FromResult(late.Output), output => output.Contains("Not started yet, since", StringComparison.Ordinal) && output.Contains("was emptied", StringComparison.Ordinal));
        await stage.KillAsync(late);
        Assert.Equal(16, stage.Outstanding);
        Assert.All(await stage.MetricsAsync(), silo => Assert.Equal(
            (0, 1, counted), (silo[MetricNames.StoreAvailable], silo[MetricNames.StoreRollbacks], Stage.Total(silo))));

        stage.Redis.Kill();
        foreach (var (file, bytes) in backup)
        {
            await File.WriteAllBytesAsync(file, bytes, TestContext.Current.CancellationToken);
        }

        await stage.Redis.StartAgainAsync();

        await stage.IsExactAsync();
        await stage.ReadyAsync();
    }
}
