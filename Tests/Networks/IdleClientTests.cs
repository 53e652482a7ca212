using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Web;
using OrleansSie.Testing;
using OrleansSie.Testing.Machine;
using OrleansSie.Testing.Parts;
using Xunit;

namespace OrleansSie.Tests.Networks;

/// <summary>Clients that take connections and give nothing.</summary>
public sealed class IdleClientTests
{
    private const int Idle = 1_000;
    private const int SlowReaders = 3;

    [SystemFact]
    public async Task AThousandIdleClientsAndSlowReaders_ScrapesGoOn_NothingIsLeft()
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
        await Eventually.IsAsync(() => HandlesAsync(silo), handles => handles >= before + Idle);
        Assert.Equal("ready\n", await silo.ReadinessAsync());

        idle.Concat(slow).ToList().ForEach(socket => socket.Dispose());
        await Eventually.IsAsync(() => HandlesAsync(silo), handles => handles <= before + 20);
    }

    [SystemFact]
    public async Task SlowReader_OfMoreThanTheBuffersHold_IsCut()
    {
        var cut = new TaskCompletionSource();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.ListenForMetrics(new PrometheusOptions { Port = 0 }));
        await using var app = builder.Build();
        app.Run(async http =>
        {
            using var watch = http.RequestAborted.Register(() => cut.TrySetResult());
            while (true)
            {
                await http.Response.Body.WriteAsync(new byte[64 * 1024], http.RequestAborted);
            }
        });
        await app.StartAsync(TestContext.Current.CancellationToken);

        using var reader = AskAndReadNothing(new Uri(app.Urls.Single()).Port);

        // Five seconds of grace, and the time of the megabytes that the system's buffers took.
        await cut.Task.WaitAsync(TimeSpan.FromMinutes(2), TestContext.Current.CancellationToken);
    }

    private static async Task<double> HandlesAsync(SiloProcess silo) => (await silo.MetricsAsync())!["process_open_fds"] ?? 0;

    private static Socket Connect(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        socket.Connect(IPAddress.Loopback, port);
        socket.Blocking = false;
        return socket;
    }

    /// <summary>Asks for hundreds of documents at once.</summary>
    private static Socket AskAndReadNothing(int port)
    {
        var socket = Connect(port);
        socket.Send(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", 400))));
        return socket;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
