using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using OrleansSie.Bench.Chaos.Parts;
using OrleansSie.Tests.EndToEnd;
using Xunit;

namespace OrleansSie.Tests.Networks;

/// <summary>Clients that take connections and give nothing.</summary>
public sealed class IdleClientTests
{
    private const int Idle = 1_000;
    private const int SlowReaders = 3;

    [SystemFact]
    public async Task AThousandIdleClientsAndSlowReaders_ScrapesGoOn_SlowReadersAreCut_NothingIsLeft()
    {
        using var folder = new TemporaryFolder();
        var port = LoopbackPorts.Free();
        await using var silo = SiloProcess.Start(folder.Path, port, new Dictionary<string, string>
        {
            ["SIE__PROMETHEUS__PORT"] = Text(port),
            ["SIE__LOCAL__PUBSUB_PORT"] = Text(LoopbackPorts.Free()),
        });
        await silo.ReadyAsync();
        var before = await HandlesAsync(silo);

        var idle = Enumerable.Range(0, Idle).Select(_ => Connect(port)).ToList();
        var slow = Enumerable.Range(0, SlowReaders).Select(_ => AskAndReadNothing(port)).ToList();
        Assert.True(await HandlesAsync(silo) >= before + Idle, "the connections are not there");
        Assert.Equal("ready\n", await silo.ReadinessAsync());

        // Ten seconds or so: five of grace, and the time of what is in the buffers.
        await Eventually.IsAsync(() => Task.FromResult(slow.Count(IsCut)), cut => cut == SlowReaders);
        Assert.DoesNotContain(idle, IsCut);

        idle.Concat(slow).ToList().ForEach(socket => socket.Dispose());
        await Eventually.IsAsync(() => HandlesAsync(silo), handles => handles <= before + 20);
    }

    private static async Task<double> HandlesAsync(SiloProcess silo) => (await silo.MetricsAsync())!["process_open_handles"] ?? 0;

    private static Socket Connect(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        socket.Connect(IPAddress.Loopback, port);
        socket.Blocking = false;
        return socket;
    }

    /// <summary>Asks for more than all buffers between the two hold, so that the answer cannot end.</summary>
    private static Socket AskAndReadNothing(int port)
    {
        var socket = Connect(port);
        socket.Send(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 400))));
        return socket;
    }

    /// <summary>Whether the server has ended it, as a further byte tells.</summary>
    private static bool IsCut(Socket socket)
    {
        try
        {
            socket.Send("G"u8);
            return false;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode is not SocketError.WouldBlock;
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
