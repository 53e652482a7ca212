using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Hosting;
using OrleansSie.Silo.Storage;
using Xunit;

namespace OrleansSie.Tests.Hosting;

/// <summary>Settings that keep the memory of a long life flat; the soak shows their effect.</summary>
public sealed class MemoryBoundsTests
{
    [Fact]
    public async Task DirectoryCache_OfASilo_IsBoundedFarBelowOrleansDefault()
    {
        var options = new SieOptions { Prometheus = new PrometheusOptions { Port = 0 }, Clustering = new ClusteringOptions { SiloPort = 0 } };
        await using var app = SiloHost.Build(options, new StoreClient(), localPubSub: 1);

        var directory = app.Services.GetRequiredService<IOptions<GrainDirectoryOptions>>().Value;

        Assert.InRange(directory.CacheSize, 1, GrainDirectoryOptions.DEFAULT_CACHE_SIZE / 100);
    }

    [Fact]
    public async Task GarbageCollector_OfTheProgram_LetsTheHeapNotGrowWhileItCollects()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "Silo.runtimeconfig.json");
        using var settings = JsonDocument.Parse(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken));

        var properties = settings.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties");

        Assert.False(properties.GetProperty("System.GC.Concurrent").GetBoolean());
        Assert.False(properties.GetProperty("System.GC.Server").GetBoolean());
    }
}
