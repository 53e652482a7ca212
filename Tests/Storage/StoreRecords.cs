using StackExchange.Redis;
using Xunit;

namespace OrleansSie.Tests.Storage;

/// <summary>Writes and reads records the way Orleans' Redis storage does: a hash of etag and data, checked and set by a script.</summary>
internal sealed class StoreRecords(IDatabase database)
{
    private const string WriteScript =
        """
        local etag = redis.call('HGET', KEYS[1], 'etag')
        if ((not etag or etag == '') and (not ARGV[1] or ARGV[1] == '')) or etag == ARGV[1] then
          redis.call('HMSET', KEYS[1], 'etag', ARGV[2], 'data', ARGV[3])
          return 0
        else
          return -1
        end
        """;

    public async Task WriteAsync(string key, string etag, string newEtag, byte[] data)
        => Assert.Equal(0, (int)await database.ScriptEvaluateAsync(WriteScript, [key], [etag, newEtag, data]));

    public async Task<(string? Etag, byte[]? Data)> ReadAsync(string key)
    {
        var fields = await database.HashGetAsync(key, ["etag", "data"]);
        return ((string?)fields[0], (byte[]?)fields[1]);
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

    /// <summary>Bytes that only this index and generation have.</summary>
    public static byte[] Data(int index, int generation, int length)
    {
        var data = new byte[length];
        new Random(unchecked((index * 397) ^ generation)).NextBytes(data);
        return data;
    }
}
