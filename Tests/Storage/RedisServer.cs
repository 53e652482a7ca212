using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Xunit;

namespace OrleansSie.Tests.Storage;

/// <summary>A real redis-server on a loopback port and in a folder of its own, stopped with the test.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private readonly Process _process;

    private RedisServer(Process process, int port)
    {
        _process = process;
        Port = port;
    }

    public int Port { get; }

    /// <summary>Skips the test where redis-server is not installed.</summary>
    public static async Task<RedisServer> StartAsync(string folder, params string[] arguments)
    {
        var program = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(Path.PathSeparator)
            .Select(place => Path.Combine(place, "redis-server")).FirstOrDefault(File.Exists);
        Assert.SkipWhen(program is null, "redis-server is not installed");
        var port = FreePort();
        var start = new ProcessStartInfo(program!, ["--port", $"{port}", "--bind", "127.0.0.1", "--dir", folder, "--save", "", .. arguments])
        {
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.Contains("Ready to accept connections", StringComparison.Ordinal))
            {
                return new RedisServer(process, port);
            }
        }

        throw new InvalidOperationException("redis-server did not start");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}
