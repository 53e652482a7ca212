namespace OrleansSie.Bench.Fuzz.Checks;

/// <summary>How long a decoding may take: wide enough for a slow machine, and far from what a quadratic one would take.</summary>
internal static class TimeBound
{
    private static readonly TimeSpan _any = TimeSpan.FromMilliseconds(5);

    // A message of 10 MB, the largest there is, must not hold up its neighbours for more than about two seconds.
    private static readonly TimeSpan _megabyte = TimeSpan.FromMilliseconds(200);

    public static TimeSpan Of(int length) => _any + (_megabyte * (length / 1e6));
}
