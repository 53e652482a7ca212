using System.Diagnostics;
using System.Globalization;
using OrleansSie.Bench.Chaos.Parts;
using StackExchange.Redis;

namespace OrleansSie.Bench.Chaos.Grounds;

/// <summary>A redis-server of the run's own.</summary>
internal sealed class RedisPart : IDisposable
{
    private readonly string _program;
    private readonly string _folder;
    private readonly string _appendFsync;
    private Process _process;

    private RedisPart(string program, string folder, string appendFsync)
    {
        _program = program;
        _folder = folder;
        _appendFsync = appendFsync;
        Port = LoopbackPorts.Free();
        _process = Launch();
    }

    /// <summary>Where it listens on loopback.</summary>
    public int Port { get; }

    /// <summary>The process that serves now.</summary>
    public int ProcessId => _process.Id;

    private string Log => Path.Combine(_folder, "redis.log");

    /// <param name="folder">Its data and its log.</param>
    /// <param name="cancellationToken">Gives up waiting for it.</param>
    /// <param name="appendFsync">When a write is on the disk: with <c>always</c> before it is acknowledged.</param>
    public static async Task<RedisPart> StartAsync(string folder, CancellationToken cancellationToken, string appendFsync = "always")
    {
        var program = Programs.Find("redis-server")
            ?? throw new PartMissingException("redis-server is missing: install it (Debian: apt-get install redis-server).");
        var redis = new RedisPart(program, folder, appendFsync);
        await Programs.ListensAsync(redis._process, redis.Port, redis.Log, cancellationToken);
        return redis;
    }

    /// <summary>SIGKILL.</summary>
    public async Task KillAsync()
    {
        Signals.Kill(_process.Id);
        await _process.WaitForExitAsync(CancellationToken.None);
        _process.Dispose();
    }

    /// <summary>Starts it again on what it has on the disk.</summary>
    public async Task RestartAsync(CancellationToken cancellationToken)
    {
        _process = Launch();
        await Programs.ListensAsync(_process, Port, Log, cancellationToken);
    }

    /// <summary>SIGSTOP.</summary>
    public void Pause() => Signals.Stop(_process.Id);

    /// <summary>SIGCONT.</summary>
    public void Resume() => Signals.Continue(_process.Id);

    /// <summary>While refusing, each write is answered with NOREPLICAS.</summary>
    public async Task RefuseWritesAsync(bool refuse)
    {
        await using var connection = await ConnectAsync();
        await connection.GetServers()[0].ConfigSetAsync("min-replicas-to-write", refuse ? 1 : 0);
    }

    /// <summary>A connection of the harness's own, past the proxy.</summary>
    public async Task<ConnectionMultiplexer> ConnectAsync() =>
        await ConnectionMultiplexer.ConnectAsync($"127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)},allowAdmin=true,syncTimeout=30000,asyncTimeout=30000");

    public void Dispose()
    {
        Signals.Kill(_process.Id);
        _process.WaitForExit();
        _process.Dispose();
    }

    private Process Launch() => Programs.Start(
        _folder, Log, new Dictionary<string, string>(),
        _program, "--port", Port.ToString(CultureInfo.InvariantCulture), "--bind", "127.0.0.1", "--dir", _folder,
        "--appendonly", "yes", "--appendfsync", _appendFsync, "--save", "");
}
