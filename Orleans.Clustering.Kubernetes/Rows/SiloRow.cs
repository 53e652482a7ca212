
namespace Orleans.Clustering.Kubernetes;

/// <summary>One silo's row as it is stored.</summary>
internal sealed record SiloRow
{
    /// <summary>The silo's address, parsable: the truth of which the row's key is only a form.</summary>
    public required string Address { get; init; }

    public required SiloStatus Status { get; init; }

    public string? SiloName { get; init; }

    public string? HostName { get; init; }

    public string? RoleName { get; init; }

    /// <summary>Port of the silo's gateway, 0 where it has none.</summary>
    public int ProxyPort { get; init; }

    public int UpdateZone { get; init; }

    public int FaultZone { get; init; }

    public required DateTime StartTime { get; init; }

    /// <summary>The sign of life that came with the last change of the row; newer ones are among the heartbeats.</summary>
    public required DateTime IAmAliveTime { get; init; }

    public IReadOnlyList<SuspectVote>? SuspectTimes { get; init; }

    /// <summary>The table's version of the row's last change.</summary>
    public required int RowVersion { get; init; }

    public static SiloRow Of(MembershipEntry entry, int rowVersion) => new()
    {
        Address = entry.SiloAddress.ToParsableString(),
        Status = entry.Status,
        SiloName = entry.SiloName,
        HostName = entry.HostName,
        RoleName = entry.RoleName,
        ProxyPort = entry.ProxyPort,
        UpdateZone = entry.UpdateZone,
        FaultZone = entry.FaultZone,
        StartTime = entry.StartTime,
        IAmAliveTime = entry.IAmAliveTime,
        SuspectTimes = entry.SuspectTimes?.Select(vote => new SuspectVote(vote.Item1.ToParsableString(), vote.Item2)).ToArray(),
        RowVersion = rowVersion,
    };

    /// <summary>A new entry that shares nothing with any other.</summary>
    /// <param name="heartbeat">The newest heartbeat of this silo, where there is one.</param>
    public MembershipEntry ToEntry(DateTime? heartbeat) => new()
    {
        SiloAddress = SiloAddress.FromParsableString(Address),
        Status = Status,
        SiloName = SiloName!,
        HostName = HostName!,
        RoleName = RoleName!,
        ProxyPort = ProxyPort,
        UpdateZone = UpdateZone,
        FaultZone = FaultZone,
        StartTime = StartTime,
        IAmAliveTime = heartbeat > IAmAliveTime ? heartbeat.Value : IAmAliveTime,
        SuspectTimes = SuspectTimes?.Select(vote => Tuple.Create(SiloAddress.FromParsableString(vote.By), vote.At)).ToList()!,
    };

    /// <summary>The last that was heard of or about the silo: its start, its signs of life, the votes against it.</summary>
    public DateTime LastHeard(DateTime? heartbeat)
    {
        var last = StartTime > IAmAliveTime ? StartTime : IAmAliveTime;
        last = heartbeat > last ? heartbeat.Value : last;
        return SuspectTimes is { Count: > 0 } votes && votes.Max(vote => vote.At) is var vote && vote > last ? vote : last;
    }
}
