using System.Globalization;
using System.Text.Json;
using OrleansSie.Silo.Compute;
using OrleansSie.Testing.Compute;

namespace OrleansSie.Tests.Compute;

/// <summary>An operation with what is listed of one, and some of what is not asked for.</summary>
internal sealed record FakeOperation(string Zone, string Name, string Instance, ulong TargetId) : FakeItem(Zone, Name)
{
    public string Project { get; init; } = "p";

    public string Type { get; init; } = "compute.instances.preempted";

    public string Status { get; init; } = "DONE";

    /// <summary>As Google writes it: in Pacific time. By default half an hour before <see cref="Grains.Events.Noon"/>.</summary>
    public string InsertTime { get; init; } = "2026-03-02T03:30:00.116-08:00";

    public override bool Passes(string filter) =>
        filter == PreemptionOperation.Filter ? Type == "compute.instances.preempted" || Name == "let-through" : base.Passes(filter);

    public override void Write(Utf8JsonWriter writer, Func<string, bool> wants)
    {
        var zone = $"https://www.googleapis.com/compute/v1/projects/{Project}/zones/{Zone}";
        writer.WriteStartObject();
        Text(writer, wants, "kind", "compute#operation");
        Text(writer, wants, "id", "2464248364097669279");
        Text(writer, wants, "name", Name);
        Text(writer, wants, "zone", zone);
        Text(writer, wants, "operationType", Type);
        Text(writer, wants, "targetLink", $"{zone}/instances/{Instance}");
        Text(writer, wants, "targetId", TargetId.ToString(CultureInfo.InvariantCulture));
        Text(writer, wants, "status", Status);
        Text(writer, wants, "user", "system");
        Text(writer, wants, "insertTime", InsertTime);
        Text(writer, wants, "startTime", InsertTime);
        Text(writer, wants, "endTime", InsertTime);
        writer.WriteEndObject();
    }

    private static void Text(Utf8JsonWriter writer, Func<string, bool> wants, string name, string value)
    {
        if (wants(name))
        {
            writer.WriteString(name, value);
        }
    }
}
