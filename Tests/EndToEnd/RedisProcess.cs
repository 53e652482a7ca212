using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using OrleansSie.Bench.Chaos.Parts;
using Xunit;

namespace OrleansSie.Tests.EndToEnd;

/// <summary>A redis-server of a test's own, that can be killed, frozen and started again on its data.</summary>
internal sealed class RedisProcess : IDisposable
{
    private readonly string _binary;
    private readonly string _folder;
    private readonly string[] _settings;
    private Process _process;

    private RedisProcess(string binary, string folder, string[] settings)
    {
        _binary = binary;
        _folder = folder;
        _settings = settings;
        _process = Launch();
    }

    public int Port { get; } = LoopbackPorts.Free();

    public string ConnectionString => $"127.0.0.1:{Port}";

    /// <summary>Where its append-only files are.</summary>
    public string Data => Path.Combine(_folder, "appendonlydir");

    public static async Task<RedisProcess> StartAsync(string binary, string folder, params string[] settings)
    {
        var redis = new RedisProcess(binary, folder, settings);
        await redis.AnswersAsync();
        return redis;
    }

    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Starts it after <see cref="Kill"/>, on the same port and data.</summary>
    public Task StartAgainAsync()
    {
        _process.Dispose();
        _process = Launch();
        return AnswersAsync();
    }

    public void Freeze() => Signals.Stop(_process.Id);

    public void Thaw() => Signals.Continue(_process.Id);

    /// <summary>One command without spaces in its words; the first line of the answer.</summary>
    public async Task<string> CommandAsync(string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", Port, TestContext.Current.CancellationToken);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"), TestContext.Current.CancellationToken);
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return await reader.ReadLineAsync(TestContext.Current.CancellationToken) ?? "";
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    private Process Launch() => Process.Start(new ProcessStartInfo(_binary,
    [
        "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _folder, "--save", "", .. _settings,
    ]) { RedirectStandardOutput = true })!;

    private Task<string> AnswersAsync() => Eventually.IsAsync(async () =>
    {
        try
        {
            return await CommandAsync("PING");
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            return e.Message;
        }
    }, answer => answer == "+PONG");
}
