namespace OrleansSie.Bench.Soak;

/// <summary>Bytes of a store's folder: the database, and its log that was not copied into it yet.</summary>
internal readonly record struct StoreSize(long Database, long Log)
{
    public long All => Database + Log;

    public static StoreSize Of(string data) => new(Length(Path.Combine(data, "state.db")), Length(Path.Combine(data, "state.db-wal")));

    private static long Length(string file) => new FileInfo(file) is { Exists: true } info ? info.Length : 0;
}
