using System.Text;

namespace OrleansSie.Bench.Fuzz.Mutations;

/// <summary>Changes that know the fields of an audit log entry.</summary>
internal static class FieldMutations
{
    public static byte[] Apply(byte[] data, byte[] other, FuzzRandom random)
    {
        var spans = JsonMap.Of(data);
        if (spans.Count == 0)
        {
            return ByteMutations.Apply(data, other, random);
        }

        if (random.OneIn(8))
        {
            return Add(data, random.Pick(spans), random);
        }

        for (var attempt = 0; attempt < 30; attempt++)
        {
            var span = random.Pick(spans);
            if (span.HasName && FieldValues.For(Encoding.UTF8.GetString(span.Name(data)), random) is { } value)
            {
                return JsonMutations.SetValue(data, span, value);
            }
        }

        return JsonMutations.Apply(data, other, random);
    }

    /// <summary>A field more, at the beginning of an object.</summary>
    private static byte[] Add(byte[] data, JsonSpan span, FuzzRandom random)
    {
        if (data[span.Start] != '{')
        {
            return data;
        }

        var name = random.Pick(FieldValues.Names);
        var comma = span.End - span.Start > 2 ? "," : "";
        return Bytes.Insert(data, span.Start + 1, Encoding.UTF8.GetBytes($"\"{name}\":{FieldValues.For(name, random) ?? "{}"}{comma}"));
    }
}
