using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Orleans.Configuration;
using OrleansSie.Grains.Instances;
using OrleansSie.Silo.Storage;
using OrleansSie.Tests.EndToEnd;
using Xunit;

namespace OrleansSie.Tests.Storage;

/// <summary>Files as the version without retention wrote them: no record of theirs has an expiry.</summary>
public sealed class StoreFormatTests : StoreFixture
{
    private const int Instances = 600;
    private const string Prefix = "orleans-sie/state/instance/";

    private static readonly TimeSpan _retention = TimeSpan.FromDays(45);

    /// <summary>Neighbours of the instances' keys, on both sides: none of them may ever expire.</summary>
    private static readonly string[] _others =
    [
        "orleans-sie/state/cluster/p/europe-west1/c/cluster", "orleans-sie/state/cluster/p/europe-west1/c/counted-f00",
        "orleans-sie/state/cluster-index/index/cluster-index", "orleans-sie/state/instance", "orleans-sie/state/instance0/x", "orleans-sie/state/instances/x",
        "another/state/instance/projects/p/zones/z/instances/n/instance", "probe",
    ];

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public async Task File_OfFormat1_ReadsAsBeforeAndItsInstancesAloneLeaveAfterTheRetention(int format)
    {
        WriteFormat1(format);
        var store = await StartAsync(time: _time);
        Assert.Equal(2, Ask("PRAGMA user_version"));
        foreach (var key in _others.Append(KeyOf(0)).Append(KeyOf(Instances - 1)))
        {
            var record = await store.ReadAsync(key);
            Assert.Equal(("old", key), (record!.Etag, Encoding.UTF8.GetString(record.Data)));
        }

        using var loop = LoopOver(store);
        await loop.StartAsync(Cancel);
        await AdvanceUntilAsync("SELECT count(*) FROM sqlite_schema WHERE name = 'undated'", 0);
        Assert.Equal(Instances, Ask("SELECT count(*) FROM state WHERE expires IS NOT NULL"));
        Assert.Equal(_others.Length, Ask("SELECT count(*) FROM state WHERE expires IS NULL"));

        _time.Advance(_retention);
        await AdvanceUntilAsync("SELECT count(*) FROM state", _others.Length);
        await loop.StopAsync(Cancel);
        Assert.Equal("old", (await store.ReadAsync(_others[0]))!.Etag);
    }

    [Fact]
    public async Task Dating_StoppedInItsMidst_GoesOnWhereItWas()
    {
        WriteFormat1(format: 1);
        var store = await StartAsync(time: _time);
        Assert.Equal(200, await store.DateAsync(Prefix, _retention, 200));
        await StopAsync(store);
        var early = Ask("SELECT max(expires) FROM state");
        Assert.Equal((_time.GetUtcNow() + _retention).ToUnixTimeMilliseconds(), early);
        _time.Advance(TimeSpan.FromDays(1));

        var again = await StartAsync(time: _time);
        Assert.Equal(200, Ask("SELECT count(*) FROM state WHERE expires IS NOT NULL"));
        Assert.Equal(400, await again.DateAsync(Prefix, _retention, 500));
        Assert.Equal(0, await again.DateAsync(Prefix, _retention, 500));
        Assert.Equal(0, await again.DateAsync(Prefix, _retention, 500));

        Assert.Equal(200, Ask($"SELECT count(*) FROM state WHERE expires = {early}"));
        Assert.Equal(400, Ask($"SELECT count(*) FROM state WHERE expires = {early + TimeSpan.MillisecondsPerDay}"));
    }

    [Fact]
    public async Task Record_OfFormat1WrittenBeforeItIsDated_KeepsTheExpiryOfItsWrite()
    {
        WriteFormat1(format: 1);
        var store = await StartAsync(time: _time);
        Assert.True(await store.WriteAsync(KeyOf(5), "old", new StoreRecord("new", [1]), TimeSpan.FromDays(90)));

        while (await store.DateAsync(Prefix, _retention, 250) > 0)
        {
            Assert.NotNull(await store.ReadAsync(KeyOf(5)));
        }

        _time.Advance(_retention);
        Assert.Equal("new", (await store.ReadAsync(KeyOf(5)))!.Etag);
        Assert.Null(await store.ReadAsync(KeyOf(6)));
    }

    [Fact]
    public async Task File_OfThisFormat_IsLeftAsItIsByALaterStart()
    {
        var store = await StartAsync(time: _time);
        Assert.True(await store.WriteAsync(KeyOf(1), null, new StoreRecord("e", [1]), _retention));
        Assert.Equal(1, await store.DateAsync(Prefix, _retention, 10));
        Assert.Equal(0, await store.DateAsync(Prefix, _retention, 10));
        await StopAsync(store);

        var again = await StartAsync(time: _time);

        Assert.Equal("e", (await again.ReadAsync(KeyOf(1)))!.Etag);
        Assert.Equal(0, await again.DateAsync(Prefix, _retention, 10));
    }

    private static string KeyOf(int instance) => $"{Prefix}projects/p/zones/europe-west1-c/instances/gke-{instance}/instance";

    private RetentionLoop LoopOver(EmbeddedStore store) => new(
        new StoreClient(store),
        Options.Create(new ClusterOptions { ServiceId = "orleans-sie" }),
        new AttributionSettings(TimeSpan.FromHours(1), _retention),
        _time,
        NullLogger<RetentionLoop>.Instance);

    private Task<long> AdvanceUntilAsync(string sql, long expected) => Eventually.IsAsync(
        () =>
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            return Task.FromResult(Ask(sql));
        },
        found => found == expected);

    /// <summary>By the statements of that version; it died before it wrote its format where that is 0.</summary>
    private void WriteFormat1(int format)
    {
        using var connection = StoreDatabase.OpenReader(Path.Combine(Folder, "state.db"), 1 << 20);
        StoreDatabase.Execute(connection, $"""
            PRAGMA journal_mode = WAL;
            CREATE TABLE IF NOT EXISTS state (key TEXT NOT NULL PRIMARY KEY, etag TEXT NOT NULL, data BLOB NOT NULL);
            PRAGMA user_version = {format};
            """);
        using var transaction = connection.BeginTransaction();
        using var insert = connection.CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText = "INSERT INTO state (key, etag, data) VALUES ($key, 'old', CAST($key AS BLOB))";
        var key = insert.Parameters.Add("$key", Microsoft.Data.Sqlite.SqliteType.Text);
        foreach (var name in Enumerable.Range(0, Instances).Select(KeyOf).Concat(_others))
        {
            key.Value = name;
            insert.ExecuteNonQuery();
        }

        transaction.Commit();
    }
}
