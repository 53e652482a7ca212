using System.Buffers.Binary;
using System.Text;

namespace OrleansSie.Silo.Storage;

/// <summary>
/// The folder of one embedded store. One process holds it: a second one is refused until this is disposed. The store has a random id, in the
/// database and in the file <c>store-id</c> beside it. So a store that is gone, emptied or replaced is never taken for a new one, and a file of
/// another program is never taken for a store.
/// </summary>
internal sealed class StoreFolder : IDisposable
{
    /// <summary>SQLite's <c>application_id</c> of a store: "SIE1".</summary>
    public const int Application = 0x5349_4531;

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const int HeaderLength = 100;
    private const int ApplicationOffset = 68;

    private readonly string _marker;
    private readonly FileStream _lock;

    private StoreFolder(string path, FileStream heldLock)
    {
        Database = DatabaseIn(path);
        _marker = Path.Combine(path, "store-id");
        _lock = heldLock;
    }

    /// <summary>The file of the database.</summary>
    public string Database { get; }

    /// <summary>Creates the folder where it is absent, and takes its lock.</summary>
    /// <exception cref="StoreStartException">It cannot be created or written, or another process holds it.</exception>
    public static StoreFolder Open(string path)
    {
        var full = Path.GetFullPath(path);
        try
        {
            Create(full);
            return new StoreFolder(full, TakeLock(Path.Combine(full, "lock")));
        }
        catch (IOException fault) when (IsSharingViolation(fault))
        {
            throw new StoreStartException(
                $"storage.path: the folder '{full}' is in use by another process. Stop that process, or give this one a folder of its own.", fault);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new StoreStartException(
                $"storage.path: the folder '{full}' cannot be created or written ({fault.Message}). Name a folder that this user may write.", fault);
        }
    }

    /// <summary>The file of the database in a folder, which may be absent.</summary>
    public static string DatabaseIn(string path) => Path.Combine(Path.GetFullPath(path), "state.db");

    /// <summary>Whether the folder holds no store yet. It reads the file without SQLite, which could change it.</summary>
    /// <exception cref="StoreStartException">There was a store here that is gone or empty, or the file is another program's.</exception>
    public bool IsNew()
    {
        if (File.Exists(Database))
        {
            ThrowUnlessOurs();
            return false;
        }

        var left = new[] { _marker, $"{Database}-wal", $"{Database}-journal" }.FirstOrDefault(File.Exists);
        return left is null ? true : throw new StoreStartException(
            $"storage.path: the store '{Database}' is gone, while '{left}' of it is there. Put a backup of the folder in its place, or empty the folder to start at zero.");
    }

    /// <summary>
    /// Compares the id of the database with the one beside it. Where there is none it writes it: after a crash in the first start, and where
    /// a copy of the database alone was put into an empty folder.
    /// </summary>
    /// <exception cref="StoreStartException">They differ: the database is that of another store.</exception>
    public void Match(string id)
    {
        var known = File.Exists(_marker) ? File.ReadAllText(_marker).Trim() : "";
        if (known.Length == 0)
        {
            WriteMarker(id);
        }
        else if (known != id)
        {
            throw new StoreStartException(
                $"storage.path: '{Database}' is the store {id}, while this folder held the store {known}. "
                + $"Put that one back; to use this one instead, remove '{_marker}' and start again.");
        }
    }

    /// <summary>Releases the folder.</summary>
    public void Dispose() => _lock.Dispose();

    private static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly);
        }
    }

    private static FileStream TakeLock(string file)
        => new(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);

    /// <summary>The runtime reports a held lock as EWOULDBLOCK (11 on Linux, 35 on macOS) or ERROR_SHARING_VIOLATION.</summary>
    private static bool IsSharingViolation(IOException fault) => (fault.HResult & 0xFFFF) is var code
        && (OperatingSystem.IsWindows() ? code == 32 : OperatingSystem.IsMacOS() ? code == 35 : code == 11);

    private void ThrowUnlessOurs()
    {
        if (new FileInfo(Database).Length == 0)
        {
            throw new StoreStartException(
                $"storage.path: the store '{Database}' was emptied. Put a backup of the folder in its place, or empty the folder to start at zero.");
        }

        Span<byte> header = stackalloc byte[HeaderLength];
        using var stream = new FileStream(Database, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (stream.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) < HeaderLength
            || !header.StartsWith("SQLite format 3\0"u8)
            || BinaryPrimitives.ReadInt32BigEndian(header[ApplicationOffset..]) != Application)
        {
            throw new StoreStartException(
                $"storage.path: '{Database}' is not a store of this program, or its beginning was overwritten; it is left as it is. "
                + "Put a backup of the folder in its place, or name another folder.");
        }
    }

    /// <summary>The whole file or none; the first commit after it syncs the folder.</summary>
    private void WriteMarker(string id)
    {
        var draft = $"{_marker}.new";
        using (var stream = new FileStream(draft, FileMode.Create, FileAccess.Write))
        {
            stream.Write(Encoding.ASCII.GetBytes($"{id}\n"));
            stream.Flush(flushToDisk: true);
        }

        File.Move(draft, _marker, overwrite: true);
    }
}
