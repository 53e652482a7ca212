using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orleans.Clustering.Kubernetes;

/// <summary>One silo's row as it is stored.</summary>
internal sealed record SiloRow
{
    /// <summary>The silo's address, parsable. The row's key is derived from it.</summary>
    public required string Address { get; init; }

    public required SiloStatus Status { get; init; }

    public string? SiloName { get; init; }

    public string? HostName { get; init; }

    public string? RoleName { get; init; }

    /// <summary>Port of the silo's gateway; 0 if it has none.</summary>
    public int ProxyPort { get; init; }

    public int UpdateZone { get; init; }

    public int FaultZone { get; init; }

    public required DateTime StartTime { get; init; }

    /// <summary>The heartbeat at the last change of the row. Newer ones are in the ConfigMap of the heartbeats.</summary>
    public required DateTime IAmAliveTime { get; init; }

    public IReadOnlyList<SuspectVote>? SuspectTimes { get; init; }

    /// <summary>The table's version of the row's last change.</summary>
    public required int RowVersion { get; init; }

    /// <summary>Properties of later versions. They are written back.</summary>
    [JsonExtensionData]
    public Dictionary<string, JsonElement>? Unknown { get; set; }

    /// <param name="entry">What the row says from now on.</param>
    /// <param name="rowVersion">The table's version of this change.</param>
    /// <param name="before">The row before the change; null for a new one.</param>
    public static SiloRow Of(MembershipEntry entry, int rowVersion, SiloRow? before = null) => new()
    {
        Unknown = before?.Unknown,
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
    /// <param name="heartbeat">The newest heartbeat of this silo, if there is one.</param>
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

    /// <summary>The newest time of the silo: its start, its heartbeats, the votes against it.</summary>
    public DateTime LastHeard(DateTime? heartbeat)
    {
        var last = StartTime > IAmAliveTime ? StartTime : IAmAliveTime;
        last = heartbeat > last ? heartbeat.Value : last;
        return SuspectTimes is { Count: > 0 } votes && votes.Max(vote => vote.At) is var vote && vote > last ? vote : last;
    }
}

/// <summary>One silo's suspicion that another one is dead.</summary>
/// <param name="By">The address of the silo that suspects, parsable.</param>
/// <param name="At">When it did, UTC.</param>
internal sealed record SuspectVote(string By, DateTime At);

/// <summary>
/// The last change of the table. A writer whose answer was lost finds its own id here, and knows that its write took effect.
/// </summary>
internal sealed record LastWrite(string Id, string By, DateTime At, string Op);

/// <summary>The stored form of rows.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(UtcTime), typeof(JsonStringEnumConverter<SiloStatus>)])]
[JsonSerializable(typeof(SiloRow))]
[JsonSerializable(typeof(LastWrite))]
internal sealed partial class RowJson : JsonSerializerContext;

/// <summary>The stored form of times: UTC with seven decimals, which keeps every tick. A time without a kind counts as UTC.</summary>
internal sealed class UtcTime : JsonConverter<DateTime>
{
    public static string Format(DateTime time)
    {
        var utc = time.Kind is DateTimeKind.Local ? time.ToUniversalTime() : DateTime.SpecifyKind(time, DateTimeKind.Utc);
        return utc.ToString("O", CultureInfo.InvariantCulture);
    }

    public static bool TryParse(string? text, out DateTime time) => DateTime.TryParse(
        text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);

    public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType is JsonTokenType.String && TryParse(reader.GetString(), out var time)
            ? time
            : throw new JsonException("A time is not one in UTC.");

    public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options) => writer.WriteStringValue(Format(value));
}
