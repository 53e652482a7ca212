using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using OrleansSie.Grains.State;

namespace OrleansSie.Grains.Clusters;

/// <summary>
/// The records of a cluster's segments, and the names under which the cluster's record has them. The names that this activation writes
/// contain its own name, so it overwrites nothing of another activation.
/// </summary>
internal sealed class SegmentRecords
{
    private const int AtOnce = 16;

    private readonly Func<ClusterState> _cluster;
    private readonly Func<string, DurableState<SegmentState>> _record;
    private readonly string _activation = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(8));
    private readonly List<string> _written = [];
    private readonly List<SegmentRun> _before = [];
    private long _durableFirst;
    private bool _hasWritten;

    public SegmentRecords(Func<ClusterState> cluster, Func<string, DurableState<SegmentState>> record)
    {
        _cluster = cluster;
        _record = record;
    }

    /// <summary>Whether the store may hold one that is to be removed.</summary>
    public bool HasRest => (_hasWritten && _before.Count > 0) || Runs.Exists(IsForgotten);

    /// <summary>Whether the cluster's record says who writes the next segment.</summary>
    public bool IsAnnounced => Runs.Count > 0 && Runs[^1].Activation == _activation;

    private List<SegmentRun> Runs => _cluster().Runs;

    /// <summary>Reads all that are in force, in their order; null for one that the store has lost.</summary>
    /// <exception cref="StateUnavailableException">One cannot be read.</exception>
    public async Task<IReadOnlyList<(long Number, SegmentState? Segment)>> ReadAsync()
    {
        _durableFirst = _cluster().First;
        _before.Clear();
        _before.AddRange(Runs.Where((run, i) => i == Runs.Count - 1 || Runs[i + 1].Activation != run.Activation));
        var names = Runs.SelectMany(run => run.Numbers().Where(n => n >= _durableFirst).Select(n => (Number: n, Name: run.NameOf(n))));
        var read = new List<(long, SegmentState?)>();
        foreach (var some in names.ToList().Chunk(AtOnce))
        {
            read.AddRange(await Task.WhenAll(some.Select(async s => (s.Number, await ReadAsync(s.Name)))));
        }

        return read;
    }

    /// <summary>
    /// Says who writes the next segments, with the next write of the cluster's record. A later activation knows from that record under which
    /// name to look for a segment that was written and not named.
    /// </summary>
    public void Announce()
    {
        var next = Next();
        Runs.RemoveAll(r => r.To < r.From);
        Runs.Add(new SegmentRun { Activation = _activation, From = next, To = next - 1 });
    }

    /// <summary>Writes the next segment; it is in force when the cluster's record names it.</summary>
    /// <returns>Its number.</returns>
    public async Task<long> WriteAsync(IReadOnlyList<Entry> entries)
    {
        var number = Next() + _written.Count;
        var name = Runs[^1].NameOf(number);
        _written.Add(name);
        var record = _record(name);
        record.Value.Entries = entries;
        await record.WriteAsync();
        return number;
    }

    /// <summary>Names what was written, in the write of the cluster's record that begins.</summary>
    public void Name()
    {
        if (_written.Count > 0)
        {
            Runs[^1].To += _written.Count;
        }
    }

    /// <summary>The store has acknowledged that write.</summary>
    /// <param name="first">The first segment in force by it.</param>
    public void Acknowledge(long first)
    {
        _durableFirst = first;
        _hasWritten = true;
        _written.Clear();
    }

    /// <summary>A segment that the store has lost is no longer named.</summary>
    public void Lose(long number)
    {
        var at = Runs.FindIndex(r => r.From <= number && number <= r.To);
        var run = Runs[at];
        Runs.Insert(at, new SegmentRun { Activation = run.Activation, From = run.From, To = number - 1 });
        run.From = number + 1;
        RemoveEmptyRuns();
    }

    /// <summary>
    /// Removes the records of segments that the store's record has forgotten, and those that an earlier activation wrote and did not name.
    /// The latter only after this one has written the cluster's record: from then on none before it can name one.
    /// </summary>
    public async Task RemoveRestAsync()
    {
        while (_hasWritten && _before.Count > 0)
        {
            for (var number = _before[^1].To + 1; await RemoveAsync(_before[^1].NameOf(number)); number++)
            {
                // It may have written the next one, too.
            }

            _before.RemoveAt(_before.Count - 1);
        }

        while (Runs.Find(IsForgotten) is { } run)
        {
            var some = run.Numbers().TakeWhile(n => n < _durableFirst).Take(AtOnce).ToList();
            await Task.WhenAll(some.Select(number => RemoveAsync(run.NameOf(number))));
            run.From += some.Count;
            RemoveEmptyRuns();
        }
    }

    /// <summary>
    /// Removes what was written and will not be named. Only where the store itself has refused the cluster's record: a write of which nothing
    /// is known may have named it.
    /// </summary>
    public async Task RemoveWrittenAsync(Exception fault)
    {
        try
        {
            await (fault.InnerException is InconsistentStateException ? Task.WhenAll(_written.Select(RemoveAsync)) : Task.CompletedTask);
        }
        catch (StateUnavailableException)
        {
            // They stay in the store, and are never read.
        }
    }

    private bool IsForgotten(SegmentRun run) => run.From < _durableFirst && run.From <= run.To;

    /// <summary>Keeps the last run: the numbers go on from it.</summary>
    private void RemoveEmptyRuns()
    {
        var last = Runs[^1];
        Runs.RemoveAll(r => r.To < r.From && r != last);
    }

    private long Next() => Runs.Count > 0 ? Runs[^1].To + 1 : Math.Max(1, _cluster().First);

    private async Task<SegmentState?> ReadAsync(string name)
    {
        var record = _record(name);
        await record.LoadAsync();
        return record.Exists ? record.Value : null;
    }

    private async Task<bool> RemoveAsync(string name)
    {
        var record = _record(name);
        await record.LoadAsync();
        if (!record.Exists)
        {
            return false;
        }

        await record.ClearAsync();
        return true;
    }
}

/// <summary>Segments that one activation wrote, one after the other. Their numbers go on from those of the run before.</summary>
internal sealed class SegmentRun
{
    /// <summary>Names the activation; no two have the same name, so none can overwrite a segment of another.</summary>
    [JsonPropertyName("a")]
    public string Activation { get; set; } = "";

    [JsonPropertyName("f")]
    public long From { get; set; }

    /// <summary>The last of them; one less than <see cref="From"/> where there is none yet.</summary>
    [JsonPropertyName("t")]
    public long To { get; set; }

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }

    /// <summary>The name of one of its segments.</summary>
    public string NameOf(long number) => $"{Activation}-{number}";

    /// <summary>The numbers of its segments.</summary>
    public IEnumerable<long> Numbers()
    {
        for (var number = From; number <= To; number++)
        {
            yield return number;
        }
    }
}

/// <summary>What is stored of one segment: written once, and removed when all of it is forgotten.</summary>
internal sealed class SegmentState : IVersionedState
{
    [JsonRequired, JsonPropertyName("s")]
    public int Schema { get; set; } = IVersionedState.CurrentSchema;

    [JsonPropertyName("n")]
    public IReadOnlyList<Entry> Entries { get; set; } = [];

    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }
}
