using System.Net;
using k8s;
using Orleans.Clustering.Kubernetes;
using Orleans.Streaming.PubSub;
using OrleansSie.Silo.Hosting;
using Xunit;

namespace OrleansSie.Tests.Networks;

/// <summary>What takes the proxy of the environment.</summary>
public sealed class ProxyRuleTests
{
    private static readonly Uri _pubSub = new("https://pubsub.googleapis.com");

    [Theory]
    [InlineData("http://127.0.0.1:8085")]
    [InlineData("http://localhost:8085")]
    [InlineData("https://127.0.0.53/token")]
    [InlineData("http://[::1]:8085")]
    public void Loopback_TakesNoProxy(string destination) => AssertDirect(destination);

    [Theory]
    [InlineData("http://169.254.169.254/computeMetadata/v1/instance/service-accounts/default/token")]
    [InlineData("http://metadata.google.internal")]
    public void MetadataServer_TakesNoProxy(string destination) => AssertDirect(destination);

    [Fact]
    public void Google_TakesTheProxy_WhoseNameHoldsNoLogin()
    {
        var proxy = new OutgoingProxy(Configured());

        Assert.False(proxy.IsBypassed(_pubSub));
        Assert.Equal("http://proxy.example.com:3128/", proxy.GetProxy(_pubSub)!.AbsoluteUri);
        Assert.Equal("s3cret", proxy.Credentials!.GetCredential(proxy.GetProxy(_pubSub)!, "Basic")!.Password);
    }

    [Fact]
    public void WhatTheEnvironmentLeavesOut_TakesNoProxy()
    {
        var proxy = new OutgoingProxy(new WebProxy("http://proxy.example.com:3128", BypassOnLocal: false, BypassList: ["googleapis"]));

        Assert.True(proxy.IsBypassed(_pubSub));
        Assert.Null(proxy.GetProxy(_pubSub));
    }

    [Theory]
    [InlineData("https://pubsub.googleapis.com", false, true)]
    [InlineData("https://localhost:8443", false, false)]
    [InlineData("http://127.0.0.1:8085", true, false)]
    [InlineData("http://[::1]:8085", true, false)]
    [InlineData("http://emulator.example.com:8085", true, false)]
    public void PubSub_TakesTheProxy_UnlessItIsAnEmulatorOrOnThisMachine(string address, bool isEmulator, bool takesProxy)
    {
        using var handler = GrpcPubSubApi.Handler(new Uri(address), isEmulator);

        Assert.Equal(takesProxy, handler.UseProxy);
    }

    [Theory]
    [InlineData("https://10.0.0.1:6443", true)]
    [InlineData("https://127.0.0.1:6443", false)]
    [InlineData("https://[::1]:6443", false)]
    public void KubernetesApi_OfAKubeconfig_TakesTheProxyUnlessItIsOnThisMachine(string host, bool takesProxy) =>
        Assert.Equal(takesProxy, TakesProxy(new KubernetesClientConfiguration { Host = host, SkipTlsVerify = true }));

    [Fact]
    public void KubernetesApi_OfAPodsOwnCluster_TakesNoProxy() =>
        Assert.False(TakesProxy(KubernetesConnection.WithoutProxy(new KubernetesClientConfiguration { Host = "https://10.0.0.1", SkipTlsVerify = true })));

    private static bool TakesProxy(KubernetesClientConfiguration config)
    {
        using var api = KubernetesConnection.Connect(config, TimeSpan.FromSeconds(1));
        using var handler = new SocketsHttpHandler();
        config.FirstMessageHandlerSetup(handler);
        return handler.UseProxy;
    }

    private static void AssertDirect(string destination)
    {
        var proxy = new OutgoingProxy(Configured());

        Assert.True(proxy.IsBypassed(new Uri(destination)));
        Assert.Null(proxy.GetProxy(new Uri(destination)));
    }

    private static WebProxy Configured() => new("http://user:s3cret@proxy.example.com:3128") { Credentials = new NetworkCredential("user", "s3cret") };
}
