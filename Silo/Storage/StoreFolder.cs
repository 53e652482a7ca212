namespace OrleansSie.Silo.Storage;

/// <summary>The folder of one embedded store, held by one process: a second one is refused for as long as this lives.</summary>
internal sealed class StoreFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private readonly FileStream _lock;

    private StoreFolder(string path, FileStream heldLock)
    {
        Path = path;
        _lock = heldLock;
    }

    /// <summary>The full path.</summary>
    public string Path { get; }

    /// <summary>The file of the database.</summary>
    public string Database => DatabaseIn(Path);

    /// <summary>The file with the id of the store.</summary>
    public string Marker => System.IO.Path.Combine(Path, "store-id");

    /// <summary>Creates the folder where it is absent, and takes its lock.</summary>
    /// <exception cref="StoreStartException">It cannot be created or written, or another process holds it.</exception>
    public static StoreFolder Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        try
        {
            Create(full);
            return new StoreFolder(full, TakeLock(System.IO.Path.Combine(full, "lock")));
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

    /// <summary>The file of the database in a folder that need not be there.</summary>
    public static string DatabaseIn(string path) => System.IO.Path.Combine(System.IO.Path.GetFullPath(path), "state.db");

    /// <summary>Gives the folder back.</summary>
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
}
