using System.Globalization;
using System.Text.Json;

namespace OrleansSie.Testing.Compute;

/// <summary>An instance with what is listed of one, and some of what is not asked for.</summary>
internal sealed record FakeInstance(string Zone, string Name, ulong Id) : FakeItem(Zone, Name)
{
    /// <summary>As Google writes it: in Pacific time.</summary>
    public string CreatedAt { get; init; } = "2026-03-01T17:42:20.276-08:00";

    public string Status { get; init; } = "RUNNING";

    /// <summary>When it last started; null where that is not said.</summary>
    public string? LastStartedAt { get; init; }

    /// <summary>Empty for an instance that is no node.</summary>
    public string Cluster { get; init; } = "payments-eu";

    public string Location { get; init; } = "europe-west1";

    public string NodePool { get; init; } = "spot-n2d";

    public string MachineType { get; init; } = "n2d-standard-8";

    public string? ProvisioningModel { get; init; } = "SPOT";

    public bool? IsPreemptible { get; init; } = true;

    /// <summary>Instances of clusters of 1,000 nodes over the three zones of a region.</summary>
    public static FakeInstance Numbered(int number) =>
        new($"europe-west1-{"bcd"[number % 3]}", $"gke-payments-eu-spot-n2d-5e1b79aa-{number:D6}", 8_430_700_000_000_000_000 + (ulong)number)
        {
            Cluster = $"payments-{number / 1000}",
        };

    public override bool Passes(string filter) => filter == "labels.goog-k8s-cluster-name:*" ? Cluster.Length > 0 : base.Passes(filter);

    public override void Write(Utf8JsonWriter writer, Func<string, bool> wants)
    {
        var project = "https://www.googleapis.com/compute/v1/projects/p";
        writer.WriteStartObject();
        Text(writer, wants, "kind", "compute#instance");
        Text(writer, wants, "id", Id.ToString(CultureInfo.InvariantCulture));
        Text(writer, wants, "creationTimestamp", CreatedAt);
        Text(writer, wants, "name", Name);
        Text(writer, wants, "machineType", $"{project}/zones/{Zone}/machineTypes/{MachineType}");
        Text(writer, wants, "status", Status);
        Text(writer, _ => LastStartedAt is not null && wants("lastStartTimestamp"), "lastStartTimestamp", LastStartedAt ?? "");
        Text(writer, wants, "zone", $"{project}/zones/{Zone}");
        Text(writer, wants, "selfLink", $"{project}/zones/{Zone}/instances/{Name}");
        if (wants("scheduling"))
        {
            writer.WriteStartObject("scheduling");
            Text(writer, _ => ProvisioningModel is not null && wants("provisioningModel"), "provisioningModel", ProvisioningModel ?? "");
            if (IsPreemptible is { } preemptible && wants("preemptible"))
            {
                writer.WriteBoolean("preemptible", preemptible);
            }

            writer.WriteEndObject();
        }

        if (wants("labels"))
        {
            WriteLabels(writer);
        }

        writer.WriteEndObject();
    }

    private void WriteLabels(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("labels");
        if (Cluster.Length > 0)
        {
            writer.WriteString("goog-gke-node", "");
            writer.WriteString("goog-k8s-cluster-location", Location);
            writer.WriteString("goog-k8s-cluster-name", Cluster);
            writer.WriteString("goog-k8s-node-pool-name", NodePool);
        }

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

/// <summary>A resource that <see cref="FakeCompute"/> lists.</summary>
/// <param name="Zone">Short name of the zone.</param>
/// <param name="Name">Unique in its zone; pages are in the order of zone and name.</param>
internal abstract record FakeItem(string Zone, string Name)
{
    /// <summary>Writes one object, with the fields that are wanted.</summary>
    public abstract void Write(Utf8JsonWriter writer, Func<string, bool> wants);

    /// <summary>Whether the request's filter lets it through.</summary>
    public virtual bool Passes(string filter) => throw new NotSupportedException($"Filter {filter}");
}
