using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orleans.Clustering.Kubernetes;

/// <summary>Times as they are stored: UTC with seven decimals, so that every tick survives. A time of no kind counts as UTC.</summary>
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
