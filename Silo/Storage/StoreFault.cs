using Microsoft.Data.Sqlite;

namespace OrleansSie.Silo.Storage;

/// <summary>What a fault of SQLite means for the operator.</summary>
internal static class StoreFault
{
    private const int Permission = 3;
    private const int ReadOnly = 8;
    private const int Corrupt = 11;
    private const int NoRoom = 13;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;
    private const int NoRoomForTheIndexOfTheLog = 4874;

    /// <summary>Whether what is stored is damaged; it does not mend itself.</summary>
    public static bool IsCorrupt(SqliteException fault) => fault.SqliteErrorCode is Corrupt or NotADatabase;

    /// <summary>A sentence with the cause and what to do.</summary>
    public static string Tell(string file, SqliteException fault) => fault.SqliteErrorCode switch
    {
        _ when IsFull(fault) =>
            $"the disk is full, the store '{file}' cannot be opened ({fault.Message}). Make room and start again; all that was acknowledged is there.",
        Permission or ReadOnly or CannotOpen => NoRight(file, fault.Message),
        Corrupt or NotADatabase => Damaged(file, fault.Message),
        _ => $"the store '{file}' cannot be opened ({fault.Message}). See to its disk, or put a backup of the folder in its place.",
    };

    /// <summary>The user of this process lacks a right.</summary>
    public static string NoRight(string file, string cause) =>
        $"user {Environment.UserName} cannot read and write '{file}', or a file beside it ({cause}). Make this user their owner (chown), with the right to read and write (chmod u+rw).";

    /// <summary>The database is damaged.</summary>
    public static string Damaged(string file, string cause) =>
        $"the store '{file}' is corrupt ({cause}). Stop this process, put a backup of the folder in its place, and start again.";

    /// <summary>Whether the disk has no room left; nothing that is stored is harmed then.</summary>
    private static bool IsFull(SqliteException fault) =>
        fault.SqliteErrorCode == NoRoom || fault.SqliteExtendedErrorCode == NoRoomForTheIndexOfTheLog;
}
