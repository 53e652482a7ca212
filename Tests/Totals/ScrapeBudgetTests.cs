using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Orleans.Streaming.PubSub;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Grains.State;
using OrleansSie.Silo.Compute;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Hosting;
using OrleansSie.Silo.Storage;
using OrleansSie.Silo.Web;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.Totals;

/// <summary>A scrape over HTTP, while the silo that has the grains is frozen.</summary>
public sealed class ScrapeBudgetTests
{
    private const int Copies = 3;
    private const string Cluster = "p/europe-west1/c";
    private static readonly TimeSpan _budget = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Scrape_WhileNoGrainAnswers_EndsWithItsBudget_AndServesTheLastCopy()
    {
        var time = new WaitingClock();
        var frozen = false;
        await using var app = Build(time, method => frozen ? Never(method.ReturnType) : Answer(method.DeclaringType!));
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        Assert.Equal(9, (await ScrapeAsync(http)).Interruptions("c"));

        frozen = true;
        time.Advance(TimeSpan.FromMinutes(1));
        var waiting = time.WaitsAsync(_budget, Copies);
        var scrape = ScrapeAsync(http);
        await waiting;
        time.Advance(_budget - TimeSpan.FromMilliseconds(1));
        Assert.False(scrape.IsCompleted);

        time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(9, (await scrape).Interruptions("c"));
    }

    private static WebApplication Build(TimeProvider time, Func<System.Reflection.MethodInfo, object?> answer)
    {
        var options = new SieOptions { IsLocal = false };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Services.AddSiloServices(options);
        builder.Services.RemoveAll<IHostedService>();
        builder.Services.AddSingleton(time);
        builder.Services.AddSingleton(new StoreClient());
        builder.Services.AddSingleton<KnownEpochs>();
        builder.Services.AddSingleton(InventoryPlan.Of(options));
        builder.Services.AddSingleton(new PubSubStatus("test", options.Subscriptions));
        builder.Services.AddSingleton(Stand.For<ISiloStatusOracle>((_, _) => new Dictionary<SiloAddress, SiloStatus>()));
        builder.Services.AddSingleton(Stand.For<IGrainFactory>((method, _) => method.ReturnType switch
        {
            var type when type == typeof(IClusterIndexGrain) => Stand.For<IClusterIndexGrain>((call, _) => answer(call)),
            var type when type == typeof(IUnattributedGrain) => Stand.For<IUnattributedGrain>((call, _) => answer(call)),
            _ => Stand.For<INodesGrain>((call, _) => answer(call)),
        }));
        var app = builder.Build();
        app.MapSilo(options);
        return app;
    }

    private static object Answer(Type grain) => grain switch
    {
        _ when grain == typeof(IClusterIndexGrain) => Task.FromResult<ClusterChanges?>(new ClusterChanges(1, 1, [Nine()])),
        _ when grain == typeof(IUnattributedGrain) => Task.FromResult(new UnattributedSnapshot(1, 0, null, new(0, 0), new(0, 0), 0)),
        _ => Task.FromResult(new NodeSnapshot("local-project", 0, [], new Dictionary<string, DateTimeOffset>())),
    };

    /// <summary>A task of this type that does not end.</summary>
    private static object Never(Type task)
    {
        var source = Activator.CreateInstance(typeof(TaskCompletionSource<>).MakeGenericType(task.GenericTypeArguments))!;
        return source.GetType().GetProperty(nameof(TaskCompletionSource.Task))!.GetValue(source)!;
    }

    private static ClusterSnapshot Nine() => new(
        Cluster, 9, [new PoolTotal(new PoolLabels(new CapacityPool("pool", "zone", "type", "spot"), InterruptionReason.Preempted), 9, DateTimeOffset.UnixEpoch, Lifetimes.None)]);

    private static async Task<Exposition> ScrapeAsync(HttpClient http) =>
        new(await http.GetStringAsync(new Uri("/metrics", UriKind.Relative), TestContext.Current.CancellationToken));

    /// <summary>A clock that tells how many wait for the same time.</summary>
    private sealed class WaitingClock() : FakeTimeProvider(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero))
    {
        private readonly TaskCompletionSource _all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private TimeSpan _time;
        private int _missing;

        /// <summary>Ends when so many have begun to wait for this time since the call.</summary>
        public Task WaitsAsync(TimeSpan time, int waiters)
        {
            (_time, _missing) = (time, waiters);
            return _all.Task.WaitAsync(TestContext.Current.CancellationToken);
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime == _time && Interlocked.Decrement(ref _missing) == 0)
            {
                _all.SetResult();
            }

            return timer;
        }
    }
}
