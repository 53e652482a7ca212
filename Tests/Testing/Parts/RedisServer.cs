using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using OrleansSie.Testing.Machine;
using StackExchange.Redis;

namespace OrleansSie.Testing.Parts;

/// <summary>A redis-server of its own, that can be killed, frozen and started again on its data.</summary>
internal sealed class RedisServer : IDisposable
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    private readonly string _program;
    private readonly string _folder;
    private readonly IReadOnlyList<string> _settings;
    private Process _process;

    private RedisServer(string program, string folder, IReadOnlyList<string> settings)
    {
        _program = program;
        _folder = folder;
        _settings = settings;
        _process = Launch();
    }

    /// <summary>Where it listens on loopback.</summary>
    public int Port { get; } = LoopbackPorts.Free();

    public string ConnectionString => $"127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}";

    /// <summary>Where its append-only files are.</summary>
    public string Data => Path.Combine(_folder, "appendonlydir");

    /// <summary>The process that serves now.</summary>
    public int ProcessId => _process.Id;

    private string Log => Path.Combine(_folder, "redis.log");

    /// <summary>Append-only, and synced at every write or every second.</summary>
    public static string[] Durable(string appendFsync = "always") => ["--appendonly", "yes", "--appendfsync", appendFsync];

    /// <summary>Starts one and waits until it answers.</summary>
    /// <param name="folder">Its data and its log.</param>
    /// <param name="settings">What follows port, address and folder on its command line.</param>
    /// <param name="cancellationToken">Gives up waiting for it.</param>
    public static async Task<RedisServer> StartAsync(string folder, IReadOnlyList<string> settings, CancellationToken cancellationToken)
    {
        var program = Programs.Find("redis-server")
            ?? throw new PartMissingException("redis-server is missing: install it (Debian: apt-get install redis-server).");
        var redis = new RedisServer(program, folder, settings);
        try
        {
            await redis.AnswersAsync(cancellationToken);
            return redis;
        }
        catch
        {
            redis.Dispose();
            throw;
        }
    }

    /// <summary>SIGKILL; returns when the process is gone.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Starts it after <see cref="Kill"/>, on the same port and on what it has on the disk.</summary>
    public Task StartAgainAsync()
    {
        _process.Dispose();
        _process = Launch();
        return AnswersAsync(CancellationToken.None);
    }

    /// <summary>SIGSTOP.</summary>
    public void Freeze() => Signals.Stop(_process.Id);

    /// <summary>SIGCONT.</summary>
    public void Thaw() => Signals.Continue(_process.Id);

    /// <summary>One command without spaces in its words; the first line of the answer.</summary>
    public async Task<string> CommandAsync(string command)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"));
        using var reader = new StreamReader(stream, Encoding.ASCII);
        return await reader.ReadLineAsync() ?? "";
    }

    /// <summary>While it refuses, each write is answered with NOREPLICAS.</summary>
    /// <exception cref="InvalidOperationException">It did not take the setting.</exception>
    public async Task RefuseWritesAsync(bool refuse)
    {
        var answer = await CommandAsync($"CONFIG SET min-replicas-to-write {(refuse ? 1 : 0)}").WaitAsync(_patience, TimeProvider.System);
        if (answer != "+OK")
        {
            throw new InvalidOperationException($"Redis answered '{answer}'.");
        }
    }

    /// <summary>A connection that may do everything and waits long for an answer.</summary>
    public async Task<ConnectionMultiplexer> ConnectAsync() =>
        await ConnectionMultiplexer.ConnectAsync($"{ConnectionString},allowAdmin=true,syncTimeout=30000,asyncTimeout=30000");

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            Kill();
        }

        _process.Dispose();
    }

    private Process Launch() => Programs.Start(
        _folder, Log, new Dictionary<string, string>(),
        [_program, "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _folder, "--save", "", .. _settings]);

    private async Task AnswersAsync(CancellationToken cancellationToken)
    {
        await Programs.ListensAsync(_process, Port, Log, cancellationToken);

        // It listens before it has read what it has on the disk.
        await Eventually.IsAsync(() => CommandAsync("PING"), answer => answer == "+PONG");
    }
}
