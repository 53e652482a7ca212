using System.Collections.Immutable;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans.Clustering.Kubernetes;
using Xunit;
using static OrleansSie.Tests.Kubernetes.MembershipFixture;

namespace OrleansSie.Tests.Kubernetes;

/// <summary>Whom a starting silo declares dead, and that nothing of it can keep the silo from starting.</summary>
public sealed class PredecessorsEndTests
{
    private static readonly SiloAddress _self = Address(1, 7);

    [Fact]
    public async Task OlderProcessesOfTheName_AreEnded_AndNobodyElse()
    {
        var (membership, log) = (new FakeMembership(), new Lines());
        membership.Add(_self, "sie-0");
        membership.Add(Address(2, 6), "sie-0");
        membership.Add(Address(3, 8), "sie-0");
        membership.Add(Address(4, 6), "sie-1");

        await EndAsync(membership, log);

        Assert.Equal([Address(2, 6)], membership.Killed);
        Assert.Equal(7310, Assert.Single(log.Ids));
    }

    [Fact]
    public async Task AKillThatGivesWayToAnotherWrite_IsRepeated_AndTheSuccessIsSaidOnlyThen()
    {
        var (membership, log) = (new FakeMembership { Lost = 2 }, new Lines());
        membership.Add(Address(2, 6), "sie-0");

        await EndAsync(membership, log);

        Assert.Equal(3, membership.Killed.Count);
        Assert.Equal(7310, Assert.Single(log.Ids));
    }

    [Fact]
    public async Task ATableThatCannotBeRead_IsTriedAgain()
    {
        var (membership, log) = (new FakeMembership { Failures = 3 }, new Lines());
        membership.Add(Address(2, 6), "sie-0");

        await EndAsync(membership, log);

        Assert.Equal(7310, Assert.Single(log.Ids));
    }

    [Fact]
    public async Task WhatNeverSucceeds_IsSaid_AndTheStartGoesOn()
    {
        var (membership, log) = (new FakeMembership { Failures = int.MaxValue }, new Lines());

        await EndAsync(membership, log);

        Assert.Equal(7311, Assert.Single(log.Ids));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task WhatNeverEnds_IsWaitedForTenSeconds_AndTheStartGoesOn(bool readingHangs, bool killHangs)
    {
        var (membership, log) = (new FakeMembership { ReadingHangs = readingHangs, KillHangs = killHangs }, new Lines());
        membership.Add(Address(2, 6), "sie-0");

        await EndAsync(membership, log, isPatienceOver: true).WaitAsync(TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);

        Assert.Equal(7311, Assert.Single(log.Ids));
    }

    private static Task EndAsync(FakeMembership membership, Lines log, bool isPatienceOver = false) => new PredecessorsEnd(
        membership,
        new Self(),
        Options.Create(new KubernetesClusteringOptions { EndPredecessors = true }),
        log,
        new NoWaiting(isPatienceOver)).EndAllAsync(TestContext.Current.CancellationToken);

    private sealed class FakeMembership : IClusterMembershipService
    {
        private ImmutableDictionary<SiloAddress, ClusterMember> _members = ImmutableDictionary<SiloAddress, ClusterMember>.Empty;

        /// <summary>How many kills give way to a write of somebody else.</summary>
        public int Lost { get; set; }

        /// <summary>How many readings fail.</summary>
        public int Failures { get; set; }

        public bool ReadingHangs { get; init; }

        public bool KillHangs { get; init; }

        public List<SiloAddress> Killed { get; } = [];

        public ClusterMembershipSnapshot CurrentSnapshot => new(_members, new MembershipVersion(1));

        public IAsyncEnumerable<ClusterMembershipSnapshot> MembershipUpdates => throw new NotSupportedException();

        public void Add(SiloAddress silo, string name, SiloStatus status = SiloStatus.Active) =>
            _members = _members.SetItem(silo, new ClusterMember(silo, status, name));

        public ValueTask Refresh(MembershipVersion minimumVersion, CancellationToken cancellationToken) =>
            ReadingHangs ? new ValueTask(new TaskCompletionSource().Task)
            : Failures-- > 0 ? throw new KubernetesMembershipException(MembershipFailure.Throttled, "slow down") : ValueTask.CompletedTask;

        public Task<bool> TryKill(SiloAddress siloAddress)
        {
            Killed.Add(siloAddress);
            if (KillHangs)
            {
                return new TaskCompletionSource<bool>().Task;
            }

            if (Lost-- <= 0)
            {
                Add(siloAddress, _members[siloAddress].Name, SiloStatus.Dead);
            }

            return Task.FromResult(true);
        }
    }

    private sealed class Self : ILocalSiloDetails
    {
        public string Name => "sie-0";

        public string ClusterId => "prod";

        public string DnsHostName => "a-host";

        public SiloAddress SiloAddress => _self;

        public SiloAddress GatewayAddress => _self;
    }

    private sealed class Lines : ILogger<PredecessorsEnd>
    {
        public List<int> Ids { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Ids.Add(eventId.Id);
    }

    /// <summary>A clock on which every pause is over at once, and the ten seconds soon or never.</summary>
    private sealed class NoWaiting(bool isPatienceOver) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => base.CreateTimer(
            callback,
            state,
            dueTime < TimeSpan.FromSeconds(10) ? TimeSpan.Zero : isPatienceOver ? TimeSpan.FromMilliseconds(200) : Timeout.InfiniteTimeSpan,
            period);
    }
}
