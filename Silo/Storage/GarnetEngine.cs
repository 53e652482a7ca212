using System.Globalization;
using System.Net.Sockets;
using Garnet;
using Garnet.server;
using Garnet.server.Auth.Settings;
using Tsavorite.core;

namespace OrleansSie.Silo.Storage;

/// <summary>The one place that knows Garnet: how it must be set up so that what it acknowledges is on disk, and stays there.</summary>
internal static class GarnetEngine
{
    /// <summary>Files of data allowed to pile up before a checkpoint compacts them.</summary>
    private const int SegmentsBeforeCompaction = 16;

    /// <summary>Recovers what the folder holds, then listens on the socket.</summary>
    public static GarnetServer Start(string folder, string socket, string password, StoreMemory memory, ILoggerFactory logging)
    {
        var server = new GarnetServer(Options(folder, socket, password, memory), new WarningsOnlyLoggerFactory(logging));
        try
        {
            server.Start();
            return server;
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    private static GarnetServerOptions Options(string folder, string socket, string password, StoreMemory memory) => new()
    {
        EndPoints = [new UnixDomainSocketEndPoint(socket)],
        UnixSocketPath = socket,
        UnixSocketPermission = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        AuthSettings = new PasswordAuthenticationSettings(password),
        QuietMode = true,
        MaxDatabases = 1,
        DisablePubSub = true,

        // Orleans writes with a script; the transaction makes its read of the etag and its write one step on all connections.
        EnableLua = true,
        LuaOptions = new LuaOptions(),
        LuaTransactionMode = true,

        // A reply is sent after its commit, and what cannot be recovered stops the start instead of beginning anew.
        EnableAOF = true,
        WaitForCommit = true,
        Recover = true,
        FailOnRecoveryError = true,

        // Without the storage tier this is a cache that drops what does not fit.
        EnableStorageTier = true,
        LogDir = Path.Combine(folder, "log"),
        CheckpointDir = Path.Combine(folder, "checkpoint"),

        // With file buffering "off" the engine opens its files O_DIRECT and without O_DSYNC: the data passes the page cache, the new
        // length of the file does not, and a power loss takes acknowledged writes. With it "on" they are opened O_SYNC.
        DeviceType = DeviceType.RandomAccess,
        DeviceFactoryCreator = new LocalStorageNamedDeviceFactoryCreator(disableFileBuffering: false, deviceType: DeviceType.RandomAccess),

        LogMemorySize = Bytes(memory.Log),
        PageSize = Bytes(memory.Page),
        SegmentSize = Bytes(memory.Segment),
        ObjectLogSegmentSize = Bytes(memory.Segment),
        IndexMemorySize = "4m",
        AofMemorySize = Bytes(memory.Aof),
        AofPageSize = Bytes(memory.AofPage),
        AofSegmentSize = Bytes(memory.Segment),
        BufferPoolMemoryBudget = "32m",
        CompactionType = LogCompactionType.Lookup,
        CompactionMaxSegments = SegmentsBeforeCompaction,
    };

    private static string Bytes(long count) => count.ToString(CultureInfo.InvariantCulture);
}
