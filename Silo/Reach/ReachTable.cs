namespace OrleansSie.Silo.Reach;

/// <summary>
/// What a silo knows about which silo reaches which, and the rule that ends a standstill. If two active silos cannot reach each other while
/// a third reaches both, Orleans keeps both in the cluster, since the third one confirms that both are alive. Calls between the two fail,
/// and all work that needs one stands still. So one of the two has to leave.
/// </summary>
internal sealed class ReachTable
{
    /// <summary>How long two silos must fail to reach each other, without an answer in between, before one leaves.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>How old a row may be.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(30);

    // A silo that was paused for longer has missed answers itself.
    private static readonly TimeSpan _longestPause = TimeSpan.FromSeconds(20);

    private readonly SiloAddress _self;
    private readonly TimeProvider _time;
    private readonly Dictionary<SiloAddress, (SiloAddress[] Reached, long At)> _rows = [];
    private readonly Dictionary<SiloAddress, long> _silentSince = [];
    private long _lastRound;

    public ReachTable(SiloAddress self, TimeProvider time)
    {
        _self = self;
        _time = time;
        _lastRound = time.GetTimestamp();
    }

    /// <summary>The active silos that did not answer the last call.</summary>
    public IReadOnlyList<SiloAddress> Unreached => [.. _silentSince.Keys];

    /// <summary>All rows, to send to another silo.</summary>
    public ReachRow[] Rows() => [.. _rows.Select(row => new ReachRow(row.Key, row.Value.Reached, _time.GetElapsedTime(row.Value.At)))];

    /// <summary>Takes the rows of another silo; of each silo the youngest row is kept.</summary>
    public void Take(IEnumerable<ReachRow> rows)
    {
        foreach (var row in rows.Where(row => !row.Silo.Equals(_self)))
        {
            var at = _time.GetTimestamp() - (long)(row.Age.TotalSeconds * _time.TimestampFrequency);
            if (!_rows.TryGetValue(row.Silo, out var known) || known.At < at)
            {
                _rows[row.Silo] = (row.Reached, at);
            }
        }
    }

    /// <summary>Records a round of calls to all active silos.</summary>
    /// <param name="answered">Those that answered.</param>
    /// <param name="silent">Those that did not.</param>
    public void EndRound(IReadOnlyCollection<SiloAddress> answered, IReadOnlyCollection<SiloAddress> silent)
    {
        if (_time.GetElapsedTime(_lastRound) > _longestPause)
        {
            _silentSince.Clear();
        }

        _lastRound = _time.GetTimestamp();
        _rows[_self] = ([.. answered], _lastRound);
        foreach (var silo in _silentSince.Keys.Where(silo => !silent.Contains(silo)).ToList())
        {
            _silentSince.Remove(silo);
        }

        foreach (var silo in silent)
        {
            _silentSince.TryAdd(silo, _lastRound);
        }

        foreach (var silo in _rows.Where(row => _time.GetElapsedTime(row.Value.At) > Fresh).Select(row => row.Key).ToList())
        {
            _rows.Remove(silo);
        }
    }

    /// <summary>
    /// The silo for which this one has to leave; null if it stays. Both ends of a cut decide by the same rows: the silo that reaches fewer
    /// active silos leaves, on a tie the younger one.
    /// </summary>
    /// <param name="active">The active silos, this one among them.</param>
    public SiloAddress? HasToLeaveFor(IReadOnlyCollection<SiloAddress> active) => !active.Contains(_self) ? null : _silentSince
        .Where(silent => active.Contains(silent.Key) && _time.GetElapsedTime(silent.Value) >= Patience)
        .Select(silent => silent.Key)
        .FirstOrDefault(other => Reaches(other, _self) is false && active.Any(third => ReachesBoth(third, other)) && Yields(other, active));

    private bool ReachesBoth(SiloAddress third, SiloAddress other) =>
        Reaches(_self, third) is true && Reaches(third, _self) is true && Reaches(third, other) is true;

    private bool Yields(SiloAddress other, IReadOnlyCollection<SiloAddress> active)
    {
        var fewer = NumberReached(_self, active).CompareTo(NumberReached(other, active));
        var younger = _self.Generation.CompareTo(other.Generation);
        return (fewer, younger) is (< 0, _) or (0, > 0) || ((fewer, younger) is (0, 0) && _self.CompareTo(other) > 0);
    }

    private int NumberReached(SiloAddress silo, IReadOnlyCollection<SiloAddress> active) => _rows[silo].Reached.Count(active.Contains);

    /// <summary>Null if that is not known.</summary>
    private bool? Reaches(SiloAddress from, SiloAddress to) => _rows.TryGetValue(from, out var row) ? row.Reached.Contains(to) : null;
}

/// <summary>Which silos one silo reaches.</summary>
/// <param name="Silo">The silo.</param>
/// <param name="Reached">Active silos that answered its last call.</param>
/// <param name="Age">How long ago that was, by the clocks of the silos that passed the row on; without the time of its transfer.</param>
[GenerateSerializer, Immutable, Alias("sie.reach-row")]
internal sealed record ReachRow(SiloAddress Silo, SiloAddress[] Reached, TimeSpan Age);
