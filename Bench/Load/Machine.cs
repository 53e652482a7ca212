using System.Globalization;
using System.Runtime.InteropServices;

namespace OrleansSie.Bench.Load;

/// <summary>What the figures were measured on, and how busy it was before.</summary>
internal static class Machine
{
    /// <summary>One line.</summary>
    public static string Describe()
    {
        var processor = File.ReadLines("/proc/cpuinfo")
            .FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? RuntimeInformation.ProcessArchitecture.ToString();
        var load = File.ReadAllText("/proc/loadavg").Split(' ')[0];
        var kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{TimeProvider.System.GetUtcNow():yyyy-MM-dd HH:mm} UTC, {processor}, {Environment.ProcessorCount} cores, load average {load} at the start, Linux {kernel}, {RuntimeInformation.FrameworkDescription}");
    }
}
