using System.Globalization;
using System.Text.Json;

namespace OrleansSie.Testing.Compute;

/// <summary>Writes one page of an aggregated list as the API does, with the fields of the mask and no others.</summary>
internal sealed class FakePage
{
    private readonly FakeRequest _request;
    private readonly IReadOnlyDictionary<string, string> _warnings;
    private readonly IReadOnlyCollection<string> _zones;
    private readonly HashSet<string>? _mask;

    public FakePage(FakeRequest request, IReadOnlyCollection<string> zones, IReadOnlyDictionary<string, string> warnings)
    {
        _request = request;
        _zones = zones;
        _warnings = warnings;
        _mask = request.Query.TryGetValue("fields", out var fields) ? [.. fields.Split(',', '(', ')', '/')] : null;
    }

    /// <summary>The position that a token stands for; null if it is none of ours.</summary>
    public static int? PositionOf(string? token) =>
        token is null ? 0
        : token.StartsWith("page-", StringComparison.Ordinal) && int.TryParse(token[5..], CultureInfo.InvariantCulture, out var position) ? position
        : null;

    public byte[] Write(IReadOnlyList<FakeItem> items, int? next, string? warning)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            WriteText(writer, "kind", "compute#instanceAggregatedList");
            writer.WriteStartObject("items");
            foreach (var zone in _zones)
            {
                WriteScope(writer, zone, [.. items.Where(i => i.Zone == zone)]);
            }

            writer.WriteEndObject();
            WriteText(writer, "nextPageToken", next is { } position ? $"page-{position}" : "");
            if (_warnings.Count > 0 && Wants("unreachables"))
            {
                writer.WriteStartArray("unreachables");
                foreach (var (zone, _) in _warnings.Where(w => w.Value == "UNREACHABLE"))
                {
                    writer.WriteStringValue($"projects/{_request.Project}/zones/{zone}");
                }

                writer.WriteEndArray();
            }

            WriteWarning(writer, warning, "all");
            writer.WriteEndObject();
        }

        return stream.ToArray();
    }

    private void WriteScope(Utf8JsonWriter writer, string zone, FakeItem[] items)
    {
        writer.WriteStartObject($"zones/{zone}");
        if (_warnings.TryGetValue(zone, out var warning))
        {
            WriteWarning(writer, warning, zone);
        }
        else if (items.Length == 0)
        {
            WriteWarning(writer, "NO_RESULTS_ON_PAGE", zone);
        }
        else
        {
            writer.WriteStartArray(_request.Collection);
            foreach (var item in items)
            {
                item.Write(writer, Wants);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private void WriteWarning(Utf8JsonWriter writer, string? code, string scope)
    {
        if (code is not null && Wants("warning"))
        {
            writer.WriteStartObject("warning");
            WriteText(writer, "code", code);
            WriteText(writer, "message", $"There is something about scope '{scope}' on this page.");
            writer.WriteEndObject();
        }
    }

    private void WriteText(Utf8JsonWriter writer, string name, string value)
    {
        if (Wants(name) && value.Length > 0)
        {
            writer.WriteString(name, value);
        }
    }

    private bool Wants(string field) => _mask is null || _mask.Contains(field);
}
