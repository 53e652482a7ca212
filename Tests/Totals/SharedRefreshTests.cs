using OrleansSie.Silo.Totals;
using Xunit;

namespace OrleansSie.Tests.Totals;

/// <summary>What is read after somebody asked for it was not begun before.</summary>
public sealed class SharedRefreshTests : IDisposable
{
    private readonly List<TaskCompletionSource<bool>> _begun = [];
    private readonly List<bool> _confirms = [];
    private readonly SemaphoreSlim _begins = new(0);
    private readonly SharedRefresh _refresh;

    public SharedRefreshTests() => _refresh = new SharedRefresh(FetchAsync);

    [Fact]
    public async Task Join_WhileOneRuns_IsThatOne()
    {
        var first = _refresh.Join();
        await _begins.WaitAsync(TestContext.Current.CancellationToken);

        Assert.Same(first, _refresh.Join());
        _begun[0].SetResult(true);
        Assert.True(await first);
        Assert.NotSame(first, _refresh.Join());
    }

    [Fact]
    public async Task Begin_WhileOneRuns_IsOneMoreAfterIt_ForAllWhoAskMeanwhile()
    {
        var first = _refresh.Join();
        await _begins.WaitAsync(TestContext.Current.CancellationToken);

        var (second, alike) = (_refresh.Begin(), _refresh.Begin());
        Assert.Same(second, alike);
        Assert.Single(_begun);
        _begun[0].SetResult(true);
        await first;
        await _begins.WaitAsync(TestContext.Current.CancellationToken);
        var third = _refresh.Begin();
        Assert.NotSame(second, third);
        Assert.False(second.IsCompleted);
        _begun[1].SetResult(false);
        Assert.False(await second);
        await _begins.WaitAsync(TestContext.Current.CancellationToken);
        _begun[2].SetResult(true);
        Assert.True(await third);
    }

    [Fact]
    public async Task Begin_WhileNoneRuns_BeginsAtOnce()
    {
        var only = _refresh.Begin();
        await _begins.WaitAsync(TestContext.Current.CancellationToken);
        _begun[0].SetResult(true);

        Assert.True(await only);
        Assert.Single(_begun);
    }

    [Fact]
    public async Task Begin_Confirms_AndJoinDoesNot()
    {
        var first = _refresh.Join();
        await _begins.WaitAsync(TestContext.Current.CancellationToken);
        var next = _refresh.Begin();
        _begun[0].SetResult(true);
        await _begins.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal([false, true], _confirms);
        Assert.True(await first);

        _begun[1].SetResult(true);
        await next;
        var third = _refresh.Begin();
        await _begins.WaitAsync(TestContext.Current.CancellationToken);
        _begun[2].SetResult(false);
        Assert.False(await third);
        Assert.Equal([false, true, true], _confirms);
    }

    [Fact]
    public async Task Begin_WhereRunsEndInTheMomentOfTheCall_NeverHandsOutAnEarlierOne()
    {
        var sequence = 0;
        var refresh = new SharedRefresh(_ => Task.FromResult(Interlocked.Increment(ref sequence) > 0));
        for (var round = 0; round < 20_000; round++)
        {
            var before = Volatile.Read(ref sequence);
            var (joined, begun) = (refresh.Join(), refresh.Begin());
            await begun;
            Assert.True(Volatile.Read(ref sequence) > before);
            await joined;
        }

        var last = Volatile.Read(ref sequence);
        await refresh.Begin();
        Assert.Equal(last + 1, sequence);
    }

    public void Dispose() => _begins.Dispose();

    private Task<bool> FetchAsync(bool confirm)
    {
        var end = new TaskCompletionSource<bool>();
        lock (_begun)
        {
            _begun.Add(end);
            _confirms.Add(confirm);
        }

        _begins.Release();
        return end.Task;
    }
}
