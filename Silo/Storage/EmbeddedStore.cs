using System.Net.Sockets;
using System.Security.Cryptography;
using Garnet;
using Garnet.common;
using StackExchange.Redis;
using Tsavorite.core;

namespace OrleansSie.Silo.Storage;

/// <summary>
/// A Redis-compatible store inside this process, in a folder: what it has acknowledged is on disk, also after a SIGKILL.
/// Dispose it after the silo has stopped.
/// </summary>
internal sealed class EmbeddedStore : IAsyncDisposable
{
    private readonly StoreFolder _folder;
    private readonly StoreSocket _socket;
    private readonly GarnetServer _server;
    private readonly ConnectionMultiplexer _control;
    private readonly StoreCheckpoints _checkpoints;

    private EmbeddedStore(StoreFolder folder, StoreSocket socket, GarnetServer server, ConnectionMultiplexer control, StoreCheckpoints checkpoints, ConfigurationOptions client)
    {
        _folder = folder;
        _socket = socket;
        _server = server;
        _control = control;
        _checkpoints = checkpoints;
        Client = client;
    }

    /// <summary>How a Redis client reaches the store; holds the password of this run.</summary>
    public ConfigurationOptions Client { get; }

    /// <summary>Opens the folder, recovers what it holds, and answers when the store does.</summary>
    /// <exception cref="StoreStartException">The folder, the memory setting or what the folder holds is at fault.</exception>
    public static async Task<EmbeddedStore> StartAsync(EmbeddedStoreSettings settings, CancellationToken ct)
    {
        var memory = StoreMemory.Parse(settings.Memory);
        var undo = new Stack<Action>();
        try
        {
            var folder = StoreFolder.Open(settings.Path);
            undo.Push(folder.Dispose);
            var socket = StoreSocket.In(folder.Path);
            undo.Push(socket.Dispose);
            var password = Convert.ToHexString(RandomNumberGenerator.GetBytes(32));
            var server = await Task.Run(() => Recover(folder, socket, password, memory, settings.Logging), ct);
            undo.Push(server.Dispose);
            var client = ClientOf(socket, password);
            var control = await ConnectionMultiplexer.ConnectAsync(ControlOf(client));
            undo.Push(control.Dispose);
            await control.GetDatabase().PingAsync();
            var checkpoints = StoreCheckpoints.Start(control.GetDatabase(), settings);
            return new EmbeddedStore(folder, socket, server, control, checkpoints, client);
        }
        catch
        {
            while (undo.TryPop(out var step))
            {
                step();
            }

            throw;
        }
    }

    /// <summary>Takes a last checkpoint, so that the next start is short, and gives the folder back.</summary>
    public async ValueTask DisposeAsync()
    {
        await _checkpoints.DisposeAsync();
        await _control.DisposeAsync();
        await Task.Run(_server.Dispose);
        _socket.Dispose();
        _folder.Dispose();
    }

    private static GarnetServer Recover(StoreFolder folder, StoreSocket socket, string password, StoreMemory memory, ILoggerFactory logging)
    {
        try
        {
            return GarnetEngine.Start(folder.Path, socket.Path, password, memory, logging);
        }
        catch (Exception fault) when (fault is GarnetException or TsavoriteException or IOException or UnauthorizedAccessException)
        {
            throw new StoreStartException(
                $"storage.path: the store in '{folder.Path}' cannot be opened ({fault.Message}). Nothing in it was changed; "
                + "put a backup of the folder in its place, or name an empty folder to start without its history.", fault);
        }
    }

    private static ConfigurationOptions ClientOf(StoreSocket socket, string password) => new()
    {
        EndPoints = { new UnixDomainSocketEndPoint(socket.Path) },
        Password = password,
        AbortOnConnectFail = false,
        AsyncTimeout = 15_000,
        SyncTimeout = 15_000,
    };

    /// <summary>A checkpoint answers when it is on disk, which may take long on a slow one.</summary>
    private static ConfigurationOptions ControlOf(ConfigurationOptions client)
    {
        var control = client.Clone();
        control.AbortOnConnectFail = true;
        control.AsyncTimeout = (int)TimeSpan.FromMinutes(10).TotalMilliseconds;
        return control;
    }
}
