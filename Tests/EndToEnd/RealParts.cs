using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using Xunit;

namespace OrleansSie.Tests.EndToEnd;

/// <summary>The parts that a user has and this repository has not. A test that needs one that is missing says so and is skipped.</summary>
internal static class RealParts
{
    /// <summary>host:port of Google's own Pub/Sub emulator, from <c>SIE_TEST_PUBSUB_EMULATOR</c>.</summary>
    public static string Emulator()
    {
        var host = Environment.GetEnvironmentVariable("SIE_TEST_PUBSUB_EMULATOR");
        Assert.SkipWhen(string.IsNullOrEmpty(host), "Google's Pub/Sub emulator is missing: start it and set SIE_TEST_PUBSUB_EMULATOR to its host:port.");
        return host!;
    }

    /// <summary>A redis-server of this test's own, append-only and synced at every write, that ends with the test.</summary>
    public static async Task<RedisServer> RedisAsync(string folder)
    {
        var binary = Find("redis-server");
        Assert.SkipWhen(binary is null, "redis-server is missing: install it (Debian: apt-get install redis-server).");
        var server = RedisServer.Start(binary!, folder);
        await server.AnswersAsync();
        return server;
    }

    /// <summary>The path of a program, or null.</summary>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(d => Path.Combine(d, program)).FirstOrDefault(File.Exists);

    internal sealed class RedisServer : IDisposable
    {
        private readonly Process _process;
        private readonly int _port = SiloProcess.FreePort();

        private RedisServer(string binary, string folder)
        {
            _process = Process.Start(new ProcessStartInfo(binary,
            [
                "--port", _port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", folder,
                "--appendonly", "yes", "--appendfsync", "always", "--save", "",
            ]) { RedirectStandardOutput = true })!;
        }

        public string ConnectionString => $"127.0.0.1:{_port}";

        public static RedisServer Start(string binary, string folder) => new(binary, folder);

        public async Task AnswersAsync() => await Eventually.IsAsync(async () =>
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync("127.0.0.1", _port, TestContext.Current.CancellationToken);
                return true;
            }
            catch (SocketException)
            {
                return false;
            }
        }, answers => answers);

        public void Dispose()
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
        }
    }
}
