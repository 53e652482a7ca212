using Microsoft.Extensions.Logging.Abstractions;
using OrleansSie.Silo.Storage;
using OrleansSie.Testing;
using OrleansSie.Tests.Grains;
using Xunit;

namespace OrleansSie.Tests.Storage;

/// <summary>Records of the embedded store that expire, by a clock that the test moves.</summary>
public sealed class EmbeddedRetentionTests : StoreFixture
{
    private static readonly TimeSpan _retention = TimeSpan.FromDays(45);
    private static readonly TimeSpan _moment = TimeSpan.FromMilliseconds(1);

    private readonly JumpingClock _time = new(new DateTimeOffset(2026, 3, 2, 12, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Record_NotWrittenForItsRetention_ReadsAsAbsentFromThatMoment()
    {
        var store = await StartAsync(time: _time);
        Assert.True(await store.WriteAsync("k", null, Of("1"), _retention));

        _time.Advance(_retention - _moment);
        Assert.NotNull(await store.ReadAsync("k"));
        Assert.Equal(0, await store.SweepAsync(10));

        _time.Advance(_moment);
        Assert.Null(await store.ReadAsync("k"));
    }

    [Fact]
    public async Task Record_WrittenAgain_StaysForItsRetentionFromThen()
    {
        var store = await StartAsync(time: _time);
        Assert.True(await store.WriteAsync("k", null, Of("1"), _retention));
        _time.Advance(TimeSpan.FromDays(44));

        Assert.True(await store.WriteAsync("k", "1", Of("2"), _retention));

        _time.Advance(TimeSpan.FromDays(44));
        Assert.Equal(0, await store.SweepAsync(10));
        Assert.Equal("2", (await store.ReadAsync("k"))!.Etag);
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Null(await store.ReadAsync("k"));
        Assert.Equal(1, await store.SweepAsync(10));
    }

    [Fact]
    public async Task Record_WithoutRetention_StaysForGood()
    {
        var store = await StartAsync(time: _time);
        Assert.True(await store.WriteAsync("k", null, Of("1")));

        _time.Advance(TimeSpan.FromDays(20_000));

        Assert.Equal(0, await store.SweepAsync(10));
        Assert.Equal("1", (await store.ReadAsync("k"))!.Etag);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Change_OfAnExpiredRecord_IsThatOfNone(bool removed)
    {
        var store = await StartAsync(time: _time);
        Assert.True(await store.WriteAsync("k", null, Of("1"), _retention));
        _time.Advance(_retention);
        Assert.Equal(removed ? 1 : 0, removed ? await store.SweepAsync(10) : 0);

        Assert.False(await store.WriteAsync("k", "1", Of("2"), _retention));
        Assert.False(await store.RemoveAsync("k", "1"));
        Assert.True(await store.RemoveAsync("k", null));
        Assert.True(await store.WriteAsync("k", null, Of("3"), _retention));

        Assert.Equal("3", (await store.ReadAsync("k"))!.Etag);
        Assert.Equal(0, await store.SweepAsync(10));
        Assert.False(await store.WriteAsync("k", null, Of("4"), _retention));
    }

    [Fact]
    public async Task Sweep_OfManyExpiredRecords_RemovesTheOldestFirstAndNoMoreThanAsked()
    {
        var store = await StartAsync(time: _time);
        for (var number = 0; number < 25; number++)
        {
            Assert.True(await store.WriteAsync($"k{number}", null, Of("1"), _retention));
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        _time.Advance(_retention - TimeSpan.FromMinutes(5));

        Assert.Equal(10, await store.SweepAsync(10));
        Assert.Equal(15, Ask("SELECT count(*) FROM state"));
        Assert.Equal(0, Ask("SELECT count(*) FROM state WHERE key IN ('k0', 'k9')"));
        Assert.Equal(10, await store.SweepAsync(10));
        Assert.Equal(1, await store.SweepAsync(10));
        Assert.Equal(0, await store.SweepAsync(10));
        Assert.NotNull(await store.ReadAsync("k21"));
        Assert.Equal(4, Ask("SELECT count(*) FROM state"));
    }

    [Fact]
    public async Task Loop_RemovesWhatHasExpiredAndNothingElse()
    {
        var store = await StartAsync(time: _time);
        foreach (var number in Enumerable.Range(0, 600))
        {
            Assert.True(await store.WriteAsync($"instance/{number}", null, Of("1"), _retention));
        }

        Assert.True(await store.WriteAsync("cluster/c", null, Of("1")));
        _time.Advance(_retention);
        using var loop = new RetentionLoop(new StoreClient(store), _time, NullLogger<RetentionLoop>.Instance);

        await loop.StartAsync(Cancel);
        await Eventually.IsAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(1));
                return Task.FromResult(Ask("SELECT count(*) FROM state"));
            },
            left => left == 1);
        await loop.StopAsync(Cancel);

        Assert.NotNull(await store.ReadAsync("cluster/c"));
    }

    [Fact]
    public async Task Store_OfManyGenerationsOfRecords_IsAsLargeAsOne()
    {
        const int Generations = 6, Count = 2_000;
        var store = await StartAsync(time: _time);
        Assert.True(await store.WriteAsync("for good", null, Of("1")));
        var pages = new List<long>();
        for (var generation = 0; generation < Generations; generation++)
        {
            var first = generation;
            await StoreRecords.ForEachAsync(Count, 100, async i =>
                Assert.True(await store.WriteAsync($"instance/{first}/{i}", null, new StoreRecord("1", new byte[StoreRecords.Length]), _retention)));
            Assert.Equal(Count + 1, Ask("SELECT count(*) FROM state"));
            pages.Add(Ask("PRAGMA page_count"));

            _time.Advance(_retention);
            while (await store.SweepAsync(250) > 0)
            {
                Assert.Null(await store.ReadAsync($"instance/{first}/0"));
            }

            Assert.Equal(1, Ask("SELECT count(*) FROM state"));
        }

        Assert.InRange(pages[^1], pages[0] / 2, pages[0] * 5 / 4);
        Assert.NotNull(await store.ReadAsync("for good"));
    }

    [Theory]
    [InlineData(45)]
    [InlineData(-45)]
    public async Task WallClock_ThatJumpsWhileTheStoreIsOpen_ChangesNothing_AlsoAfterARestart(int days)
    {
        var store = await StartAsync(time: _time);
        Assert.True(await store.WriteAsync("k", null, Of("1"), _retention));
        _time.Jump(TimeSpan.FromDays(days));
        Assert.Equal(0, await store.SweepAsync(10));
        Assert.NotNull(await store.ReadAsync("k"));

        await StopAsync(store);
        store = await StartAsync(time: _time);
        _time.Advance(_retention - _moment);
        Assert.NotNull(await store.ReadAsync("k"));
        Assert.Equal(0, await store.SweepAsync(10));

        _time.Advance(_moment);
        Assert.Null(await store.ReadAsync("k"));
        Assert.Equal(1, await store.SweepAsync(10));
    }

    [Fact]
    public async Task WallClock_ThatJumpsWhileTheStoreIsClosed_TakesAWeekAtMost_HoweverOftenItStarts()
    {
        var store = await StartAsync(time: _time);
        Assert.True(await store.WriteAsync("k", null, Of("1"), _retention));
        Assert.Equal(0, await store.SweepAsync(10));
        await StopAsync(store);
        _time.Jump(TimeSpan.FromDays(1_000));

        for (var start = 0; start < 10; start++)
        {
            store = await StartAsync(time: _time);
            Assert.Equal(0, await store.SweepAsync(10));
            await StopAsync(store);
        }

        store = await StartAsync(time: _time);
        _time.Advance(_retention - StoreClock.MostOverAStop - _moment);
        Assert.NotNull(await store.ReadAsync("k"));
        _time.Advance(_moment);
        Assert.Null(await store.ReadAsync("k"));
    }

    [Fact]
    public async Task Stop_OfADay_CountsAsADay()
    {
        var store = await StartAsync(time: _time);
        Assert.True(await store.WriteAsync("k", null, Of("1"), _retention));
        Assert.Equal(0, await store.SweepAsync(10));
        await StopAsync(store);
        _time.Advance(TimeSpan.FromDays(1));

        store = await StartAsync(time: _time);
        _time.Advance(_retention - TimeSpan.FromDays(1) - _moment);
        Assert.NotNull(await store.ReadAsync("k"));
        _time.Advance(_moment);
        Assert.Null(await store.ReadAsync("k"));
    }

    [Fact]
    public async Task Chore_ThatTheDiskRefuses_FailsAloneAndTheWritesBesideItDoNot()
    {
        var store = await StartAsync(time: _time);
        Assert.True(await store.WriteAsync("k", null, Of("1"), _retention));
        _time.Advance(_retention);
        await using (var other = StoreDatabase.OpenReader(Path.Combine(Folder, "state.db"), 1 << 20))
        {
            StoreDatabase.Execute(other, "CREATE TRIGGER bad BEFORE DELETE ON state BEGIN SELECT RAISE(ABORT, 'no'); END");
        }

        var writes = Enumerable.Range(0, 20).Select(i => store.WriteAsync($"w{i}", null, Of("1"))).ToList();
        var sweep = store.SweepAsync(10);
        writes.AddRange(Enumerable.Range(20, 20).Select(i => store.WriteAsync($"w{i}", null, Of("1"))));

        Assert.All(await Task.WhenAll(writes), Assert.True);
        await Assert.ThrowsAsync<Microsoft.Data.Sqlite.SqliteException>(() => sweep);
        Assert.Null(await store.ReadAsync("k"));
    }

    private static StoreRecord Of(string etag) => new(etag, [1]);
}
