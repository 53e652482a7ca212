using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans.Streaming.PubSub;
using Xunit;

namespace OrleansSie.Tests.Streaming;

public sealed class PubSubStreamOptionsTests
{
    [Fact]
    public void Options_Default_NeedOnlyASubscription()
    {
        var options = new PubSubStreamOptions { Subscriptions = [FakePubSub.Subscription] };

        Assert.True(new PubSubStreamOptionsValidator("p").Validate("p", options).Succeeded);
    }

    [Fact]
    public void Options_WithSeveralFaults_AreReportedAtOnceByName()
    {
        var options = new PubSubStreamOptions
        {
            Subscriptions = ["short-name", FakePubSub.Subscription, FakePubSub.Subscription],
            Endpoint = "http://plain",
            MaxPullMessages = 1001,
            MaxBytes = 1,
            ConcurrentPulls = 0,
            CircuitFailureThreshold = 1,
            LeaseDuration = TimeSpan.FromSeconds(1),
            MaxBatchMessages = 0,
        };

        var faults = new PubSubStreamOptionsValidator("p").Validate("p", options).Failures!.ToList();

        string[] names = ["short-name", "more than once", "Endpoint", "MaxPullMessages", "MaxBytes", "ConcurrentPulls", "CircuitFailureThreshold", "LeaseDuration", "MaxBatchMessages"];
        Assert.All(names, name => Assert.Contains(faults, fault => fault.Contains(name, StringComparison.Ordinal)));
        Assert.All(faults, fault => Assert.StartsWith("Pub/Sub streams 'p': ", fault, StringComparison.Ordinal));
        Assert.Equal(names.Length, faults.Count);
    }

    [Theory]
    [InlineData("localhost:8085", true)]
    [InlineData("[::1]:8085", true)]
    [InlineData("http://localhost:8085", false)]
    [InlineData("localhost", false)]
    public void EmulatorHost_IsHostAndPort(string host, bool valid)
    {
        var options = new PubSubStreamOptions { Subscriptions = [FakePubSub.Subscription], EmulatorHost = host };

        Assert.Equal(valid, new PubSubStreamOptionsValidator("p").Validate("p", options).Succeeded);
    }

    [Fact]
    public async Task Host_WithBadOptions_RefusesToStart()
    {
        using var host = Host.CreateDefaultBuilder()
            .UseOrleans(silo => silo.UseLocalhostClustering().AddPubSubStreams("p", options => options.MaxPullMessages = 0))
            .ConfigureLogging(logging => logging.ClearProviders())
            .Build();

        var refusal = await Assert.ThrowsAsync<OrleansConfigurationException>(() => host.StartAsync(TestContext.Current.CancellationToken));

        string[] reasons = ["Subscriptions is empty", "MaxPullMessages is 0", "no IPubSubMessageDecoder"];
        Assert.All(reasons, reason => Assert.Contains(reason, refusal.Message, StringComparison.Ordinal));
    }
}
