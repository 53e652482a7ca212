using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Silo.Totals;

/// <summary>Rendered text that stays as it is, unless it shows losses of the last minutes.</summary>
/// <param name="Bytes">The text.</param>
/// <param name="Minute">The Unix minute it is of; 0 without such losses.</param>
internal sealed record Written(byte[] Bytes, long Minute)
{
    /// <summary>What was rendered before, or renders anew. Two scrapes may render the same; either is as good.</summary>
    /// <param name="before">What was rendered before.</param>
    /// <param name="lastLoss">The Unix minute of the last loss in it.</param>
    /// <param name="minute">The current Unix minute.</param>
    /// <param name="render">Renders it.</param>
    public static byte[] Of(ref Written? before, long lastLoss, long minute, Func<byte[]> render)
    {
        var of = lastLoss < minute - RecentLosses.Minutes ? 0 : minute;
        if (before is not { } written || written.Minute != of)
        {
            before = written = new Written(render(), of);
        }

        return written.Bytes;
    }
}
