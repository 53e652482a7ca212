using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using OrleansSie.Testing;
using OrleansSie.Testing.Machine;
using OrleansSie.Testing.Proxies;
using Xunit;

namespace OrleansSie.Tests.Chaos;

/// <summary>The forwarder does each fault it is asked for, and none other.</summary>
public sealed class TcpProxyTests : IAsyncDisposable
{
    private readonly EchoServer _server = new();
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Forwards_RequestsAndAnswers_Unchanged()
    {
        await using var proxy = TcpProxy.Start("127.0.0.1", _server.Port);
        using var client = await ConnectAsync(proxy);
        var large = new string('x', 300_000);

        Assert.Equal("ping", await EchoServer.AskAsync(client, "ping", Cancellation));
        Assert.Equal(large, await EchoServer.AskAsync(client, large, Cancellation));
    }

    [Fact]
    public async Task Forwards_HalfClose_TheServerSeesItAndTheAnswerStillArrives()
    {
        await using var proxy = TcpProxy.Start("127.0.0.1", _server.Port);
        using var client = await ConnectAsync(proxy);
        await EchoServer.AskAsync(client, "ping", Cancellation);

        var stream = client.GetStream();
        client.Client.Shutdown(SocketShutdown.Send);

        Assert.Equal(0, await stream.ReadAsync(new byte[1], Cancellation));
    }

    [Fact]
    public async Task Cut_OpenConnections_AreResetAndNewOnesRefusedUntilHeal()
    {
        await using var proxy = TcpProxy.Start("127.0.0.1", _server.Port);
        using var client = await ConnectAsync(proxy);
        await EchoServer.AskAsync(client, "ping", Cancellation);
        var reading = client.GetStream().ReadAsync(new byte[1], Cancellation).AsTask();

        proxy.Cut();

        await Assert.ThrowsAsync<IOException>(() => reading);
        var refused = await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(proxy));
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);

        proxy.Heal();
        using var again = await ConnectAsync(proxy);
        Assert.Equal("pong", await EchoServer.AskAsync(again, "pong", Cancellation));
    }

    [Fact]
    public async Task Cut_ThePort_IsKeptForHeal()
    {
        await using var proxy = TcpProxy.Start("127.0.0.1", _server.Port);
        proxy.Cut();
        using var other = new TcpListener(IPAddress.Loopback, 0);
        other.Start();

        Assert.NotEqual(proxy.Port, ((IPEndPoint)other.LocalEndpoint).Port);
        proxy.Heal();
        proxy.Heal();
        using var client = await ConnectAsync(proxy);
        Assert.Equal("ping", await EchoServer.AskAsync(client, "ping", Cancellation));
    }

    [Fact]
    public async Task LoseAnswers_Always_TheServerHasTheRequestAndTheClientLearnsNothing()
    {
        await using var proxy = TcpProxy.Start("127.0.0.1", _server.Port);
        using var client = await ConnectAsync(proxy);
        await EchoServer.AskAsync(client, "before", Cancellation);

        proxy.LoseAnswers(1);

        await Assert.ThrowsAsync<IOException>(() => EchoServer.AskAsync(client, "write", Cancellation));
        Assert.Equal("before".Length + "write".Length, _server.Bytes);
        Assert.Equal(1, proxy.LostAnswers);

        proxy.LoseAnswers(0);
        using var again = await ConnectAsync(proxy);
        Assert.Equal("after", await EchoServer.AskAsync(again, "after", Cancellation));
    }

    [Fact]
    public async Task LoseAnswers_SameSeed_LosesTheSameOnes()
    {
        var first = await LostOnesAsync(seed: 7);

        Assert.Equal(first, await LostOnesAsync(seed: 7));
        Assert.Contains(true, first);
        Assert.Contains(false, first);
    }

    [Fact]
    public async Task Latency_EachDirection_HoldsAChunkBackOnce()
    {
        await using var proxy = TcpProxy.Start("127.0.0.1", _server.Port, time: _time);
        using var client = await ConnectAsync(proxy);
        await EchoServer.AskAsync(client, "before", Cancellation);
        proxy.Latency = TimeSpan.FromSeconds(10);

        var answer = EchoServer.AskAsync(client, "slow", Cancellation);
        await AdvanceUntilAsync(() => _server.Bytes == "beforeslow".Length);
        Assert.False(answer.IsCompleted);

        await AdvanceUntilAsync(() => answer.IsCompleted);
        Assert.Equal("slow", await answer);
        Assert.InRange(_time.GetUtcNow() - _time.Start, TimeSpan.FromSeconds(20), TimeSpan.FromDays(1));
    }

    [Fact]
    public async Task Start_ServerThatIsNotThere_ResetsTheClient()
    {
        var port = LoopbackPorts.Free();
        await using var proxy = TcpProxy.Start("127.0.0.1", port);

        var failed = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            using var client = await ConnectAsync(proxy);
            await EchoServer.AskAsync(client, "ping", Cancellation);
        });
        Assert.True(failed is IOException or SocketException, failed.ToString());
    }

    [Fact]
    public async Task Dispose_HeldBackChunk_EndsWithoutWaitingForIt()
    {
        var proxy = TcpProxy.Start("127.0.0.1", _server.Port, time: _time);
        proxy.Latency = TimeSpan.FromHours(1);
        using var client = await ConnectAsync(proxy);
        await client.GetStream().WriteAsync("ping"u8.ToArray(), Cancellation);

        await proxy.DisposeAsync();

        await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(proxy));
        Assert.Throws<ObjectDisposedException>(proxy.Heal);
    }

    private static async Task<TcpClient> ConnectAsync(TcpProxy proxy)
    {
        var client = new TcpClient();
        await client.ConnectAsync(proxy.EndPoint, Cancellation);
        return client;
    }

    private async Task<List<bool>> LostOnesAsync(int seed)
    {
        await using var proxy = TcpProxy.Start("127.0.0.1", _server.Port, seed: seed);
        proxy.LoseAnswers(0.5);
        var lost = new List<bool>();
        for (var i = 0; i < 20; i++)
        {
            using var client = await ConnectAsync(proxy);
            lost.Add(await IsLostAsync(client));
        }

        return lost;
    }

    private static async Task<bool> IsLostAsync(TcpClient client)
    {
        try
        {
            return await EchoServer.AskAsync(client, "ping", Cancellation) != "ping";
        }
        catch (IOException)
        {
            return true;
        }
    }

    private async Task AdvanceUntilAsync(Func<bool> done) => await Eventually.IsAsync(
        () =>
        {
            _time.Advance(TimeSpan.FromSeconds(5));
            return Task.FromResult(done());
        },
        isDone => isDone);
}
