using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OrleansSie.Silo.Hosting;
using OrleansSie.Testing;
using StackExchange.Redis;
using Xunit;

namespace OrleansSie.Tests.Hosting;

/// <summary>A membership table that falls away in the middle of the join.</summary>
public sealed class RetryingMembershipTableTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly FailingTable _inner = new();
    private readonly Lifetime _lifetime = new();
    private readonly LogRecorder _log = new();

    public void Dispose()
    {
        _log.Dispose();
        _lifetime.Dispose();
    }

    [Fact]
    public async Task Start_WhileTheTableIsAway_IsTriedAgainUntilItAnswers()
    {
        _inner.FailuresLeft = 3;
        var start = Table().InitializeMembershipTableAsync(true, TestContext.Current.CancellationToken);

        await AdvanceUntilAsync(start);

        await start;
        Assert.Equal(4, _inner.Calls);
        Assert.Equal(3, _log.Lines.Count(line => line.Event.Name == "JoinInterrupted"));
    }

    [Fact]
    public async Task Read_AfterTheFirst_FailsAtOnceAsOrleansTriesThatAgainItself()
    {
        var table = Table();
        await table.ReadAllAsync(TestContext.Current.CancellationToken);
        _inner.FailuresLeft = 1;

        await Assert.ThrowsAsync<RedisTimeoutException>(() => table.ReadAllAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Stop_WhileTheTableIsAway_EndsTheStart()
    {
        _inner.FailuresLeft = int.MaxValue;
        var start = Table().InitializeMembershipTableAsync(true, TestContext.Current.CancellationToken);

        _lifetime.StopApplication();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => start);
    }

    private RetryingMembershipTable Table() => new(_inner, _lifetime, _time, new Logger<RetryingMembershipTable>(_log));

    private async Task AdvanceUntilAsync(Task task) => await Eventually.IsAsync(
        () =>
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(task.IsCompleted);
        },
        ended => ended);

    private sealed class Lifetime : IHostApplicationLifetime, IDisposable
    {
        private readonly CancellationTokenSource _stopping = new();

        public CancellationToken ApplicationStarted => CancellationToken.None;

        public CancellationToken ApplicationStopping => _stopping.Token;

        public CancellationToken ApplicationStopped => CancellationToken.None;

        public void StopApplication() => _stopping.Cancel();

        public void Dispose() => _stopping.Dispose();
    }

    private sealed class FailingTable : IMembershipTable
    {
        public int FailuresLeft { get; set; }

        public int Calls { get; private set; }

        public Task InitializeMembershipTable(bool tryInitTableVersion) => Answer(true);

        public Task<MembershipTableData> ReadAll() => Answer(new MembershipTableData([], new TableVersion(0, "0")));

        public Task DeleteMembershipTableEntries(string clusterId) => throw new NotSupportedException();

        public Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate) => throw new NotSupportedException();

        public Task<MembershipTableData> ReadRow(SiloAddress key) => throw new NotSupportedException();

        public Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion) => throw new NotSupportedException();

        public Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) => throw new NotSupportedException();

        public Task UpdateIAmAlive(MembershipEntry entry) => throw new NotSupportedException();

        private Task<T> Answer<T>(T answer)
        {
            Calls++;
            return FailuresLeft-- > 0
                ? Task.FromException<T>(new RedisTimeoutException("Timeout performing HSET (5000ms)", CommandStatus.WaitingToBeSent))
                : Task.FromResult(answer);
        }
    }
}
