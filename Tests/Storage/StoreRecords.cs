using OrleansSie.Silo.Storage;
using Xunit;

namespace OrleansSie.Tests.Storage;

/// <summary>Numbered records whose bytes tell their number and version, so that a lost or mixed up write shows.</summary>
internal static class StoreRecords
{
    public const int Length = 700;

    /// <summary>Puts version <paramref name="version"/> in the place of the one before it.</summary>
    public static async Task PutAsync(EmbeddedStore store, int number, int version, int length = Length)
        => Assert.True(await store.WriteAsync($"k{number}", version == 1 ? null : $"v{version - 1}", new StoreRecord($"v{version}", Data(number, version, length))));

    /// <summary>The version that is stored, zero for none; fails where the bytes are not that version's.</summary>
    public static async Task<int> VersionAsync(EmbeddedStore store, int number, int length = Length)
    {
        if (await store.ReadAsync($"k{number}") is not { } record)
        {
            return 0;
        }

        var version = int.Parse(record.Etag.AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(Data(number, version, length), record.Data);
        return version;
    }

    /// <summary>Runs the work for 0 to count - 1, a bounded number at a time.</summary>
    public static async Task ForEachAsync(int count, int writers, Func<int, Task> work)
    {
        var next = -1;
        await Task.WhenAll(Enumerable.Range(0, writers).Select(async _ =>
        {
            for (var index = Interlocked.Increment(ref next); index < count; index = Interlocked.Increment(ref next))
            {
                await work(index);
            }
        }));
    }

    private static byte[] Data(int number, int version, int length)
    {
        var data = new byte[length];
        new Random(unchecked((number * 397) ^ version)).NextBytes(data);
        return data;
    }
}
