using System.Globalization;

namespace OrleansSie.Testing.Machine;

/// <summary>What Linux tells of a process in /proc. All is 0 for one that has ended.</summary>
internal static class ProcessFigures
{
    // USER_HZ, the same on every Linux that .NET runs on.
    private const double TicksInASecond = 100;

    // Of what follows the name in /proc/PID/stat.
    private const int Parent = 1;
    private const int UserTime = 11;
    private const int SystemTime = 12;

    /// <summary>CPU time since its start, of all its threads, those that have ended included.</summary>
    public static TimeSpan Cpu(int id) =>
        Stat($"/proc/{id}") is { } stat ? TimeSpan.FromSeconds((Number(stat[UserTime]) + Number(stat[SystemTime])) / TicksInASecond) : TimeSpan.Zero;

    /// <summary>A size of /proc/PID/status in bytes, such as <c>VmRSS</c> (resident now) or <c>VmHWM</c> (the most it ever was).</summary>
    public static long Bytes(int id, string name) => (Lines($"/proc/{id}/status") ?? [])
        .Where(l => l.StartsWith(name + ":", StringComparison.Ordinal))
        .Select(l => 1024 * Number(l[(name.Length + 1)..].Replace("kB", "", StringComparison.Ordinal).Trim()))
        .FirstOrDefault();

    /// <summary>A process and all that descend from it now.</summary>
    public static List<int> Family(int root)
    {
        var children = Directory.EnumerateDirectories("/proc")
            .Select(folder => (IsProcess: int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id), Id: id, Folder: folder))
            .Where(p => p.IsProcess)
            .Select(p => (p.Id, Stat: Stat(p.Folder)))
            .Where(p => p.Stat is not null)
            .ToLookup(p => (int)Number(p.Stat![Parent]), p => p.Id);
        var family = new List<int> { root };
        for (var i = 0; i < family.Count; i++)
        {
            family.AddRange(children[family[i]]);
        }

        return family;
    }

    // "id (name) state parent ...", where the name may hold anything.
    private static string[]? Stat(string folder) =>
        Lines(Path.Combine(folder, "stat")) is [var stat, ..] ? stat[(stat.LastIndexOf(')') + 2)..].Split(' ') : null;

    private static string[]? Lines(string file)
    {
        try
        {
            return File.ReadAllLines(file);
        }
        catch (IOException)
        {
            // It has ended, perhaps while it was read.
            return null;
        }
    }

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
