using System.Text;
using System.Text.Json;
using OrleansSie.Silo.AuditLogs;

namespace OrleansSie.Silo.Compute;

/// <summary>Reads one page of an aggregated list without copying it.</summary>
internal static class AggregatedPage
{
    /// <summary>Gives each item to the listing, and what the page says about its scopes to <paramref name="scopes"/>.</summary>
    /// <returns>The token of the next page; null after the last page.</returns>
    /// <exception cref="JsonException">The page is not a JSON object.</exception>
    public static string? Read(ReadOnlySpan<byte> json, string collection, ListedScopes scopes, IComputeListing listing)
    {
        var reader = new Utf8JsonReader(json);
        reader.Read();
        if (!JsonValue.EnterObject(ref reader))
        {
            throw new JsonException("The page is not a JSON object.");
        }

        var next = default(string);
        while (JsonValue.NextField(ref reader, out var name))
        {
            if (name.Is("items"u8))
            {
                ReadScopes(ref reader, Encoding.UTF8.GetBytes(collection), scopes, listing);
            }
            else if (name.Is("nextPageToken"u8))
            {
                next = Encoding.UTF8.GetString(JsonValue.Text(ref reader));
            }
            else if (name.Is("unreachables"u8))
            {
                ReadUnreachable(ref reader, scopes);
            }
            else if (name.Is("warning"u8) && !IsHarmless(ReadWarning(ref reader)))
            {
                scopes.MarkPartial();
            }
            else
            {
                reader.Skip();
            }
        }

        return string.IsNullOrEmpty(next) ? null : next;
    }

    private static void ReadScopes(ref Utf8JsonReader reader, ReadOnlySpan<byte> collection, ListedScopes scopes, IComputeListing listing)
    {
        if (!JsonValue.EnterObject(ref reader))
        {
            return;
        }

        while (JsonValue.NextField(ref reader, out var scope))
        {
            var zone = ListedScopes.NameOf(Encoding.UTF8.GetString(scope));
            scopes.Answered(zone);
            if (!JsonValue.EnterObject(ref reader))
            {
                continue;
            }

            while (JsonValue.NextField(ref reader, out var name))
            {
                if (name.SequenceEqual(collection))
                {
                    ReadItems(ref reader, zone, scopes, listing);
                }
                else if (!name.Is("warning"u8))
                {
                    reader.Skip();
                }
                else if (!IsHarmless(ReadWarning(ref reader)))
                {
                    scopes.MarkUnreachable(zone);
                }
            }
        }
    }

    private static void ReadItems(ref Utf8JsonReader reader, string zone, ListedScopes scopes, IComputeListing listing)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (!listing.Take(zone, ref reader))
            {
                scopes.MarkNotUnderstood(zone);
            }
        }
    }

    private static void ReadUnreachable(ref Utf8JsonReader reader, ListedScopes scopes)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (JsonValue.Text(ref reader) is { IsEmpty: false } scope)
            {
                scopes.MarkUnreachable(ListedScopes.NameOf(Encoding.UTF8.GetString(scope)));
            }
        }
    }

    /// <summary>The warning's code.</summary>
    private static ReadOnlySpan<byte> ReadWarning(ref Utf8JsonReader reader)
    {
        var code = default(ReadOnlySpan<byte>);
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return code;
        }

        while (JsonValue.NextField(ref reader, out var name))
        {
            if (name.Is("code"u8))
            {
                code = JsonValue.Text(ref reader);
            }
            else
            {
                reader.Skip();
            }
        }

        return code;
    }

    /// <summary>A page has this warning for every zone without an instance. Any other warning means that something is missing.</summary>
    private static bool IsHarmless(ReadOnlySpan<byte> code) => code.IsEmpty || code.Is("NO_RESULTS_ON_PAGE"u8);
}
