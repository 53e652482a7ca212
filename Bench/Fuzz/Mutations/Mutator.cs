using System.Globalization;

namespace OrleansSie.Bench.Fuzz.Mutations;

/// <summary>Makes inputs out of other ones: one to six changes of the data, now and then also of what Pub/Sub says about the message.</summary>
internal static class Mutator
{
    private static readonly Dictionary<string, string> _none = [];
    private static readonly Dictionary<string, string>[] _attributes =
    [
        _none,
        new() { ["logging.googleapis.com/timestamp"] = "2026-03-02T10:42:31.325309Z" },
        new() { [""] = "" },
        new() { ["\uFEFF\u0000"] = new string('x', 1024), ["googclient_schemaencoding"] = "BINARY", ["operation"] = "{\"id\":\"x\"}" },
    ];

    private static readonly string[] _oddIds = ["", "0", " ", "é", "😀", "5187581549398349", "a:b,c", "\0", new('9', 1000)];

    /// <summary>An input that one seed alone decides, from the samples.</summary>
    public static FuzzInput FromSeed(ulong seed)
    {
        var random = new FuzzRandom(seed);
        return Next(random.Pick(Seeds.All), random.Pick(Seeds.All), random);
    }

    /// <param name="parent">What is changed.</param>
    /// <param name="other">What parts are taken from.</param>
    /// <param name="random">Decides everything.</param>
    public static FuzzInput Next(byte[] parent, byte[] other, FuzzRandom random)
    {
        // Bytes last: what is no JSON any more has no structure to change.
        var data = parent;
        var changes = random.Small(6);
        var byBytes = random.OneIn(2) ? 0 : 1 + random.Below(changes);
        for (var i = 0; i < changes; i++)
        {
            data = i >= changes - byBytes ? ByteMutations.Apply(data, other, random)
                : random.OneIn(3) ? JsonMutations.Apply(data, other, random)
                : FieldMutations.Apply(data, other, random);
        }

        return new FuzzInput(data, MessageId(random), PublishTime(random), random.OneIn(4) ? (int)random.Next() : 0, random.Pick(_attributes));
    }

    private static string MessageId(FuzzRandom random) =>
        random.OneIn(8) ? random.Pick(_oddIds) : (random.Next() >> 4).ToString(CultureInfo.InvariantCulture);

    /// <summary>Any time that protobuf can tell, in any offset; mostly one of this century.</summary>
    private static DateTimeOffset PublishTime(FuzzRandom random)
    {
        var offset = TimeSpan.FromMinutes(random.OneIn(2) ? 0 : random.Below(1680) - 840);
        var margin = TimeSpan.FromDays(1).Ticks;
        return random.Below(16) switch
        {
            0 => DateTimeOffset.MinValue,
            1 => DateTimeOffset.MaxValue,
            2 => new DateTimeOffset(margin + (long)(random.Next() % (ulong)(DateTimeOffset.MaxValue.Ticks - (2 * margin))), offset),
            _ => new DateTimeOffset(2026, 3, 2, 10, 42, 33, TimeSpan.Zero).ToOffset(offset).AddSeconds(random.Below(1_000_000)),
        };
    }
}

/// <summary>SplitMix64: one seed gives one sequence, on every machine and in every version of .NET.</summary>
internal sealed class FuzzRandom
{
    private ulong _state;

    public FuzzRandom(ulong seed) => _state = seed;

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var mixed = _state;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

    /// <summary>From 0 to one less than the limit; 0 where the limit is not positive.</summary>
    public int Below(int limit) => limit <= 0 ? 0 : (int)(Next() % (ulong)limit);

    /// <summary>True once in so many.</summary>
    public bool OneIn(int chances) => Below(chances) == 0;

    /// <summary>From 1 to the limit, small ones far oftener than large ones.</summary>
    public int Small(int limit) => 1 + Below(1 + Below(1 + Below(limit)));

    public T Pick<T>(IReadOnlyList<T> choices) => choices[Below(choices.Count)];
}
