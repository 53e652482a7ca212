using System.Collections.Concurrent;
using System.Text;
using CsCheck;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Tests.Samples;
using Xunit;

namespace OrleansSie.Tests.AuditLogs;

/// <summary>Whatever the bytes are: no exception, and an event or a named outcome.</summary>
public sealed class ArbitraryDataTests
{
    private static readonly byte[][] _samples = [.. Sample.Names().Select(Sample.Bytes)];

    // Bytes that JSON gives a meaning are what changes an entry's structure rather than a text in it.
    private static readonly byte[] _structural = "{}[]\":,\\/0123456789.-eutfn \n"u8.ToArray();

    private static readonly Gen<byte> _byte = Gen.OneOf(Gen.Byte, Gen.Int[0, _structural.Length - 1].Select(index => _structural[index]));

    private static readonly Gen<byte[]> _sample = Gen.Int[0, _samples.Length - 1].Select(index => _samples[index]);

    private static readonly string[] _entries =
        [.. Sample.Names().Where(name => name[0] <= 'd').Select(name => Sample.Json(name).ToJsonString())];

    private static readonly Gen<string> _entry = Gen.Int[0, _entries.Length - 1].Select(index => _entries[index]);

    private static readonly Gen<Func<byte[], byte[]>> _mutation = Gen.OneOf(
        Gen.Select(Gen.Double.Unit, _byte, Flip),
        Gen.Select(Gen.Double.Unit, Gen.Int[0, 7], FlipBit),
        Gen.Double.Unit.Select(Truncate),
        Gen.Select(Gen.Double.Unit, Gen.Double.Unit, Cut),
        Gen.Select(Gen.Double.Unit, Gen.Double.Unit, Gen.Double.Unit, Duplicate),
        Gen.Select(Gen.Double.Unit, Gen.Double.Unit, _sample, Splice));

    [Fact]
    public void RandomBytes_GiveAnEventOrANamedOutcome()
    {
        var found = new ConcurrentDictionary<Outcome, int>();

        _byte.Array[0, 200].Sample(data => ParseInto(found, data), iter: Tiers.Rounds(6_000, 60_000), threads: 2);

        Assert.Superset(new HashSet<Outcome> { Outcome.invalid_utf8, Outcome.not_json }, found.Keys.ToHashSet());
    }

    [Fact]
    public void MutatedSamples_GiveAnEventOrANamedOutcome()
    {
        var found = new ConcurrentDictionary<Outcome, int>();

        Gen.Select(_sample, _mutation.Array[1, 4]).Sample(
            (sample, mutations) => ParseInto(found, mutations.Aggregate(sample, (data, mutate) => mutate(data))),
            iter: Tiers.Rounds(10_000, 100_000),
            threads: 2);

        Outcome[] reached = [Outcome.none, Outcome.empty, Outcome.invalid_utf8, Outcome.not_json, Outcome.not_an_audit_log];
        Assert.Superset(reached.ToHashSet(), found.Keys.ToHashSet());
    }

    [Fact]
    public void SamplesWithOtherValues_GiveAnEventOrANamedOutcome()
    {
        var rounds = Tiers.Rounds(8_000, 40_000);
        var found = new ConcurrentDictionary<Outcome, int>();

        Gen.Select(_entry, Gen.Select(Gen.Double.Unit, Gen.Double.Unit).Array[1, 3]).Sample(
            (entry, replacements) => ParseInto(
                found, Encoding.UTF8.GetBytes(replacements.Aggregate(entry, (json, by) => Replace(json, by.Item1, by.Item2)))),
            iter: rounds,
            threads: 2);

        Outcome[] reached =
        [
            Outcome.none, Outcome.not_an_audit_log, Outcome.unknown_method, Outcome.not_an_instance, Outcome.bulk_request, Outcome.not_a_loss,
        ];
        Assert.Superset(reached.ToHashSet(), found.Keys.ToHashSet());
        Assert.InRange(found[Outcome.none], rounds / 4, rounds / 20 * 19);
    }

    // A replacement that no node can hold, such as a lone surrogate, is the last.
    private static string Replace(string json, double place, double value)
    {
        try
        {
            return JsonMutation.Replace(json, place, value);
        }
        catch (InvalidOperationException)
        {
            return json;
        }
    }

    private static void ParseInto(ConcurrentDictionary<Outcome, int> found, byte[] data)
    {
        var parsed = Parsing.Parse(data);
        Parsing.AssertWellFormed(parsed);
        found.AddOrUpdate(parsed.Ignored, 1, (_, count) => count + 1);
    }

    private static Func<byte[], byte[]> Flip(double at, byte value) => data =>
    {
        var copy = data.ToArray();
        copy.AsSpan(At(data, at)..).Slice(0, Math.Min(1, data.Length)).Fill(value);
        return copy;
    };

    private static Func<byte[], byte[]> FlipBit(double at, int bit) => data =>
        data.Length == 0 ? data : Flip(at, (byte)(data[At(data, at)] ^ (1 << bit)))(data);

    private static Func<byte[], byte[]> Truncate(double at) => data => data[..At(data, at)];

    private static Func<byte[], byte[]> Cut(double from, double length) => data =>
    {
        var start = At(data, from);
        return [.. data[..start], .. data[(start + (int)((data.Length - start) * length * length))..]];
    };

    private static Func<byte[], byte[]> Duplicate(double from, double length, double to) => data =>
    {
        var start = At(data, from);
        var part = data[start..(start + (int)((data.Length - start) * length * length))];
        return [.. data[..At(data, to)], .. part, .. data[At(data, to)..]];
    };

    private static Func<byte[], byte[]> Splice(double from, double to, byte[] other) => data =>
        [.. data[..At(data, from)], .. other[At(other, to)..]];

    private static int At(byte[] data, double place) => (int)(data.Length * place);
}
