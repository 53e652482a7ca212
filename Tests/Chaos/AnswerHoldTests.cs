using OrleansSie.Testing;
using OrleansSie.Testing.Parts;
using OrleansSie.Testing.Proxies;
using StackExchange.Redis;
using Xunit;

namespace OrleansSie.Tests.Chaos;

/// <summary>Between a client and a real Redis: the chosen answer is held, what it tells of is done, and nothing else waits before it.</summary>
public sealed class AnswerHoldTests
{
    private const string Key = "orleans-sie/state/instance/projects/p/zones/z/instances/vm/instance";
    private const string Write = "return redis.call('HSET', KEYS[1], 'data', ARGV[1])";
    private const string Counting = """{"o":[{"s":"counting"}]}""";
    private const string Known = """{"i":[{"k":"p/l/c"}]}""";
    private const string Counted = """{"i":[{"k":"p/l/c"}],"c":["x"]}""";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [SystemFact]
    public async Task CloseAt_ReadKnown_HoldsTheFirstThatHasAClusterAndNoCount()
    {
        await using var way = await Way.ToRedisAsync();
        await way.Database.ScriptEvaluateAsync(Write, [Key], [Counted]);
        await way.Database.HashSetAsync("other", "data", Known);
        var closed = way.Hold.CloseAtAsync(StoreStep.ReadKnown, Cancellation);
        await way.Database.HashGetAllAsync("other");
        await way.Database.HashGetAllAsync(Key + "-of-another");
        await way.Database.HashGetAllAsync(Key);
        await way.Database.ScriptEvaluateAsync(Write, [Key], [Known]);
        Assert.False(closed.IsCompleted);

        Task[] held = [way.Database.HashGetAllAsync(Key), way.Database.HashGetAllAsync(Key), way.Database.PingAsync()];
        await closed.WaitAsync(Cancellation);
        Assert.All(held, answer => Assert.False(answer.IsCompleted));

        way.Hold.Open();
        await Task.WhenAll(held);
        Assert.Equal(1, way.Hold.Seen);
    }

    [SystemFact]
    public async Task CloseAt_Write_HoldsTheFirstThatShowsACount()
    {
        await using var way = await Way.ToRedisAsync();
        var closed = way.Hold.CloseAtAsync(StoreStep.WriteCounting, Cancellation);
        await way.Database.ScriptEvaluateAsync(Write, [Key], ["{}"]);
        await way.Database.HashGetAllAsync(Key);
        Assert.False(closed.IsCompleted);

        var write = way.Database.ScriptEvaluateAsync(Write, [Key], [Counting]);
        await closed.WaitAsync(Cancellation);
        Assert.False(write.IsCompleted);
        way.Hold.Open();

        await write;
        Assert.Equal(Counting, await way.StoredAsync());
    }

    [SystemFact]
    public async Task OpenForInstances_OtherConnections_WaitOn()
    {
        await using var way = await Way.ToRedisAsync();
        await using var other = await way.ConnectAsync();
        await way.Database.HashGetAllAsync(Key);
        way.Hold.Close();
        var ofInstance = way.Database.HashGetAllAsync(Key);
        var ofOther = other.GetDatabase().StringSetAsync("any", 1);

        way.Hold.OpenForInstances();
        await ofInstance;
        await Eventually.IsAsync(() => way.Redis.CommandAsync("EXISTS any"), answer => answer == ":1");
        Assert.False(ofOther.IsCompleted);

        way.Hold.Open();
        Assert.True(await ofOther);
    }

    [SystemFact]
    public async Task Close_AnyAnswer_IsHeldUntilItIsOpened()
    {
        await using var way = await Way.ToRedisAsync();
        way.Hold.Close();
        var write = way.Database.StringSetAsync("any", 1);
        await Eventually.IsAsync(() => way.Redis.CommandAsync("EXISTS any"), answer => answer == ":1");
        Assert.False(write.IsCompleted);

        way.Hold.Open();
        Assert.True(await write);
        Assert.Equal(1, await way.Database.StringGetAsync("any"));
    }

    /// <summary>A Redis, the proxy that holds, and a client.</summary>
    private sealed class Way : IAsyncDisposable
    {
        private readonly TemporaryFolder _folder;
        private readonly TcpProxy _proxy;
        private readonly ConnectionMultiplexer _client;

        private Way(TemporaryFolder folder, RedisServer redis, AnswerHold hold, TcpProxy proxy, ConnectionMultiplexer client)
        {
            _folder = folder;
            Redis = redis;
            Hold = hold;
            _proxy = proxy;
            _client = client;
        }

        public RedisServer Redis { get; }

        public AnswerHold Hold { get; }

        public IDatabase Database => _client.GetDatabase();

        public static async Task<Way> ToRedisAsync()
        {
            var folder = new TemporaryFolder();
            var redis = await RealParts.RedisAsync(folder.Path);
            var hold = new AnswerHold();
            var proxy = TcpProxy.Start("127.0.0.1", redis.Port, listen: hold.Listen);
            return new Way(folder, redis, hold, proxy, await ConnectAsync(proxy));
        }

        /// <summary>One more client.</summary>
        public Task<ConnectionMultiplexer> ConnectAsync() => ConnectAsync(_proxy);

        /// <summary>What the store holds, past the proxy.</summary>
        public async Task<string?> StoredAsync()
        {
            await using var direct = await ConnectionMultiplexer.ConnectAsync(Redis.ConnectionString);
            return await direct.GetDatabase().HashGetAsync(Key, "data");
        }

        private static Task<ConnectionMultiplexer> ConnectAsync(TcpProxy proxy) =>
            ConnectionMultiplexer.ConnectAsync($"{proxy.EndPoint},syncTimeout=60000,asyncTimeout=60000");

        public async ValueTask DisposeAsync()
        {
            Hold.Open();
            await _client.DisposeAsync();
            await _proxy.DisposeAsync();
            Redis.Dispose();
            _folder.Dispose();
        }
    }
}
