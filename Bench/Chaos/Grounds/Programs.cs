using System.Diagnostics;
using OrleansSie.Bench.Chaos.Parts;

namespace OrleansSie.Bench.Chaos.Grounds;

/// <summary>Starts other programs, with what they write going to a file and not through this process.</summary>
internal static class Programs
{
    /// <summary>The path of a program, or null.</summary>
    public static string? Find(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(d => Path.Combine(d, program)).FirstOrDefault(File.Exists);

    /// <summary>Starts a program; the process has its own id, the shell that opens the log gives its place to it.</summary>
    public static Process Start(string folder, string log, IReadOnlyDictionary<string, string> environment, params IReadOnlyList<string> command)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", log, .. command])
        {
            WorkingDirectory = folder,
        };
        foreach (var name in start.Environment.Keys
            .Where(k => k.StartsWith("SIE_", StringComparison.Ordinal) || k is "CONFIG_PATH" or "PUBSUB_EMULATOR_HOST").ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Waits until something listens on the port, and fails with the end of the log if the process ends before.</summary>
    public static async Task ListensAsync(Process process, int port, string log, CancellationToken cancellationToken)
    {
        while (!await LoopbackPorts.AnswersAsync(port, cancellationToken))
        {
            if (process.HasExited)
            {
                throw new PartMissingException($"A part did not start; its log {log} ends with: {Tail(log)}");
            }

            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>The end of a log, in one line.</summary>
    public static string Tail(string log) => string.Join(" | ", File.ReadLines(log).TakeLast(5));
}
