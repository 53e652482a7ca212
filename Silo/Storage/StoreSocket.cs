using System.Net.Sockets;
using System.Text;

namespace OrleansSie.Silo.Storage;

/// <summary>Where the embedded store listens: a Unix socket that only this user can reach, so never a network address.</summary>
internal sealed class StoreSocket : IDisposable
{
    /// <summary>The shortest limit of the systems we run on (macOS: 104 bytes with the closing zero).</summary>
    private const int LongestName = 103;

    private readonly string? _temporaryFolder;

    private StoreSocket(string path, string? temporaryFolder)
    {
        Path = path;
        _temporaryFolder = temporaryFolder;
    }

    /// <summary>The socket's file.</summary>
    public string Path { get; }

    /// <summary>
    /// In the store's folder; in a temporary folder of this user where the name would be too long for a socket,
    /// or where the folder's file system has no sockets (shared folders of virtual machines).
    /// </summary>
    public static StoreSocket In(string folder)
    {
        var beside = System.IO.Path.Combine(folder, "socket");
        if (Encoding.UTF8.GetByteCount(beside) <= LongestName && CanListen(beside))
        {
            return new StoreSocket(beside, null);
        }

        var temporary = Directory.CreateTempSubdirectory("sie-").FullName;
        return new StoreSocket(System.IO.Path.Combine(temporary, "socket"), temporary);
    }

    /// <summary>Removes what listening has left behind.</summary>
    public void Dispose()
    {
        File.Delete(Path);
        if (_temporaryFolder is not null)
        {
            Directory.Delete(_temporaryFolder);
        }
    }

    private static bool CanListen(string path)
    {
        try
        {
            File.Delete(path);
            using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            probe.Bind(new UnixDomainSocketEndPoint(path));
            File.Delete(path);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
