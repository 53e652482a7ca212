using System.Buffers.Binary;
using System.Diagnostics;

namespace OrleansSie.Bench.Soak;

/// <summary>
/// Sees a checkpoint of SQLite from outside: the shared index of the write-ahead log (state.db-shm, SQLite's documented layout)
/// holds how many frames the running checkpoint means to copy, and how many are copied for certain. While they differ, pages of
/// the database are being overwritten. The file outlives a killed process, so it also tells whether the kill came in between.
/// </summary>
internal sealed class CheckpointWatch
{
    private const int Copied = 96;
    private const int Attempted = 128;
    private readonly string _file;

    public CheckpointWatch(string data)
    {
        _file = Path.Combine(data, "state.db-shm");
    }

    /// <summary>Frames copied for certain, and frames that the running or last checkpoint means to copy.</summary>
    public (uint Copied, uint Attempted) Read()
    {
        Span<byte> header = stackalloc byte[136];
        using var file = new FileStream(_file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1);
        file.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        return (BinaryPrimitives.ReadUInt32LittleEndian(header[Copied..]), BinaryPrimitives.ReadUInt32LittleEndian(header[Attempted..]));
    }

    /// <summary>Whether a checkpoint has begun and not ended.</summary>
    public bool IsOpen() => Read() is var (copied, attempted) && attempted > copied;

    /// <summary>Looks without a pause until a checkpoint has been under way for a while, then acts at once.</summary>
    public void WhenOpen(TimeSpan delay, Action act, CancellationToken ct)
    {
        var begun = 0L;
        while (!ct.IsCancellationRequested)
        {
            var isOpen = IsOpen();
            begun = !isOpen ? 0 : begun == 0 ? Stopwatch.GetTimestamp() : begun;
            if (isOpen && Stopwatch.GetElapsedTime(begun) >= delay)
            {
                act();
                return;
            }
        }
    }
}
