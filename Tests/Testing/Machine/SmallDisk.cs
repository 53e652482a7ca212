namespace OrleansSie.Testing.Machine;

/// <summary>A disk of a few megabytes, held in memory and mounted on a folder, that can be filled to the last byte.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const int NoSpaceLeft = 28;
    private readonly string _filler;
    private bool _disposed;

    private SmallDisk(string path)
    {
        Path = path;
        _filler = System.IO.Path.Combine(path, ".filler");
    }

    /// <summary>The folder that it is mounted on.</summary>
    public string Path { get; }

    /// <summary>Bytes that can still be written.</summary>
    public long FreeBytes => new DriveInfo(Path).AvailableFreeSpace;

    /// <summary>Mounts one on the folder, which is made when missing. Null, with the reason, where mounting is not allowed.</summary>
    public static SmallDisk? TryCreate(string path, long bytes, out string? reason)
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            reason = "A small disk needs Linux and root, to mount a tmpfs.";
            return null;
        }

        Directory.CreateDirectory(path);
        reason = SystemCommand.Try("mount", $"-t tmpfs -o size={bytes},mode=0700 tmpfs \"{path}\"");
        return reason is null ? new SmallDisk(path) : null;
    }

    /// <summary>Leaves no byte free: whatever is written next meets ENOSPC. May be called again to take what was freed since.</summary>
    public void Fill()
    {
        var chunk = new byte[4096];
        using var file = new FileStream(_filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            while (true)
            {
                file.Write(chunk);
            }
        }
        catch (IOException e) when (e.HResult == NoSpaceLeft)
        {
            // Full, as asked.
        }
    }

    /// <summary>Gives back what <see cref="Fill"/> took.</summary>
    public void Free()
    {
        // Emptied first: a process that was just forked may still hold the file open, and it would keep the room of a file that is only deleted.
        File.WriteAllBytes(_filler, []);
        File.Delete(_filler);
    }

    /// <summary>Unmounts it, also while a process still has files open; what was on it is gone.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            SystemCommand.Output("umount", $"--lazy \"{Path}\"");
        }
    }
}
