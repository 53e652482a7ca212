using System.Buffers.Binary;

namespace OrleansSie.Silo.Storage;

/// <summary>
/// Which store a folder holds: a random id, made with the database, that is in it and in the file <c>store-id</c> beside it. So a store
/// that is gone, emptied or another one is never taken for a new one, and no other program's file for a store.
/// </summary>
internal static class StoreIdentity
{
    /// <summary>SQLite's <c>application_id</c> of a store: "SIE1".</summary>
    public const int Application = 0x5349_4531;

    private const int HeaderLength = 100;
    private const int ApplicationOffset = 68;

    /// <summary>Whether the folder holds no store yet. It reads the file past SQLite, which could change it: nobody has it open yet.</summary>
    /// <exception cref="StoreStartException">There was a store here that is gone or empty, or the file is another program's.</exception>
    public static bool IsNew(StoreFolder folder)
    {
        var file = folder.Database;
        if (File.Exists(file))
        {
            ThrowUnlessOurs(file);
            return false;
        }

        var left = new[] { folder.Marker, $"{file}-wal", $"{file}-journal" }.FirstOrDefault(File.Exists);
        return left is null ? true : throw new StoreStartException(
            $"storage.path: the store '{file}' is gone, while '{left}' of it is there. Put a backup of the folder in its place, or empty the folder to start at zero.");
    }

    /// <summary>
    /// Holds the id of the database against the one beside it, which it writes where there is none: after a crash in the first start, and
    /// where a copy of the database alone was put into an empty folder.
    /// </summary>
    /// <exception cref="StoreStartException">They differ: the database is that of another store.</exception>
    public static void Match(StoreFolder folder, string id)
    {
        var known = File.Exists(folder.Marker) ? File.ReadAllText(folder.Marker).Trim() : "";
        if (known.Length == 0)
        {
            Write(folder.Marker, id);
        }
        else if (known != id)
        {
            throw new StoreStartException(
                $"storage.path: '{folder.Database}' is the store {id}, while this folder held the store {known}. "
                + $"Put that one back; to use this one instead, remove '{folder.Marker}' and start again.");
        }
    }

    private static void ThrowUnlessOurs(string file)
    {
        if (new FileInfo(file).Length == 0)
        {
            throw new StoreStartException(
                $"storage.path: the store '{file}' was emptied. Put a backup of the folder in its place, or empty the folder to start at zero.");
        }

        Span<byte> header = stackalloc byte[HeaderLength];
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        if (stream.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) < HeaderLength
            || !header.StartsWith("SQLite format 3\0"u8)
            || BinaryPrimitives.ReadInt32BigEndian(header[ApplicationOffset..]) != Application)
        {
            throw new StoreStartException(
                $"storage.path: '{file}' is not a store of this program, or its beginning was overwritten; it is left as it is. "
                + "Put a backup of the folder in its place, or name another folder.");
        }
    }

    /// <summary>Whole or not at all; the first commit after it syncs the folder.</summary>
    private static void Write(string marker, string id)
    {
        var draft = $"{marker}.new";
        using (var stream = new FileStream(draft, FileMode.Create, FileAccess.Write))
        {
            stream.Write(System.Text.Encoding.ASCII.GetBytes($"{id}\n"));
            stream.Flush(flushToDisk: true);
        }

        File.Move(draft, marker, overwrite: true);
    }
}
