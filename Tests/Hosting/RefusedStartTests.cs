using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using OrleansSie.Silo.Hosting;
using OrleansSie.Silo.LocalPubSub;
using OrleansSie.Silo.Reach;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.Hosting;

/// <summary>Starts that cannot succeed, and ends that nobody asked for.</summary>
public sealed class RefusedStartTests
{
    private static readonly SiloAddress _other = SiloAddress.New(IPAddress.Parse("10.0.0.3"), 11_111, 1);

    [SystemFact]
    public async Task Redis_ThatMayDropCounts_EndsTheStartInOneSentence_WhoeverAsksForItsHealth()
    {
        using var folder = new TemporaryFolder();
        using var redis = await RealParts.RedisAsync(folder.Path, "--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru");
        redis.Freeze();
        await using var life = Life.Start(environment: _ => Life.OnRedis(redis.ConnectionString));
        var answers = new List<string> { (await Eventually.IsAsync(life.Silo.ReadinessAsync, answer => answer is not null))! };
        redis.Thaw();

        // As a kubelet does, and more often: none of the answers may come from a host whose parts are gone.
        while (!life.Silo.HasExited)
        {
            answers.Add((await life.Silo.GetAsync("/healthz/ready")).Body ?? "");
        }

        Assert.Equal(78, await life.Silo.ExitedAsync());
        Assert.Contains(answers, answer => answer.StartsWith("not ready", StringComparison.Ordinal));
        Assert.All(answers, answer => Assert.True(answer.Length == 0 || answer.StartsWith("not ready", StringComparison.Ordinal), answer));
        Assert.Contains("noeviction", life.Silo.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', life.Silo.Errors);
        Assert.DoesNotContain("Exception", life.Silo.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", life.Silo.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PartThatFails_EndsTheProcessWithItsFault()
    {
        var stop = new StopRequest();
        await using var app = Build(services => services.AddHostedService<FailingPart>());

        var fault = await Assert.ThrowsAsync<AggregateException>(() => SiloHost.RunAsync(app, stop));

        Assert.Equal(70, ProcessEnd.Of(fault, stop.IsAsked).ExitCode);
        Assert.True(stop.Token.IsCancellationRequested);
    }

    [Fact]
    public async Task StopOfItsOwn_EndsTheProcessForAnotherStart()
    {
        var stop = new StopRequest();
        await using var app = Build();
        app.Lifetime.ApplicationStarted.Register(() => app.Lifetime.StopApplication());

        Assert.Equal(75, await SiloHost.RunAsync(app, stop));
    }

    [Fact]
    public async Task LeaveOfItsCluster_EndsTheHostAndNotTheProcess()
    {
        var stop = new StopRequest();
        await using var app = Build();
        var exit = app.Services.GetRequiredService<ClusterExit>();
        app.Lifetime.ApplicationStarted.Register(() => exit.Begin(_other));

        Assert.Null(await SiloHost.RunAsync(app, stop));
        Assert.False(stop.Token.IsCancellationRequested);
        Assert.Contains("10.0.0.3:11111 is out of reach", exit.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task StopDuringALeave_EndsTheProcessWithZero()
    {
        var stop = new StopRequest();
        await using var app = Build();
        app.Lifetime.ApplicationStarted.Register(() => app.Services.GetRequiredService<ClusterExit>().Begin(_other));
        app.Lifetime.ApplicationStopping.Register(() => stop.Receive(Life.Term));

        Assert.Equal(0, await SiloHost.RunAsync(app, stop));
    }

    [Fact]
    public async Task StopThatWasAskedFor_EndsTheProcessWithZero()
    {
        var stop = new StopRequest();
        await using var app = Build();
        app.Lifetime.ApplicationStarted.Register(() => stop.Receive(Life.Term));

        Assert.Equal(0, await SiloHost.RunAsync(app, stop));
    }

    [Fact]
    public async Task StopDuringTheStart_StopsWhatHasBegun()
    {
        var stop = new StopRequest();
        await using var app = Build(services => services.AddSingleton(stop).AddHostedService<AskedInItsStart>());

        var broken = await Assert.ThrowsAnyAsync<Exception>(() => SiloHost.RunAsync(app, stop));

        Assert.Equal((0, null), (ProcessEnd.Of(broken, stop.IsAsked).ExitCode, ProcessEnd.Of(broken, stop.IsAsked).Message));
        Assert.True(app.Services.GetServices<IHostedService>().OfType<AskedInItsStart>().Single().IsStopped);
    }

    /// <summary>A host with these parts.</summary>
    private static WebApplication Build(Action<IServiceCollection>? parts = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<IHostLifetime, OwnedLifetime>();
        builder.Services.AddSingleton<ClusterExit>();
        parts?.Invoke(builder.Services);
        return builder.Build();
    }

    private sealed class FailingPart : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.FromException(new InvalidOperationException("a bug"));
    }

    private sealed class AskedInItsStart(StopRequest stop) : IHostedService
    {
        public bool IsStopped { get; private set; }

        public Task StartAsync(CancellationToken cancellationToken)
        {
            stop.Receive(Life.Term);
            return Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }

        public Task StopAsync(CancellationToken cancellationToken)
        {
            IsStopped = true;
            return Task.CompletedTask;
        }
    }
}
