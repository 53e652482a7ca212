using System.ComponentModel;
using System.Diagnostics;

namespace OrleansSie.Testing.Machine;

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
        SetEnvironment(start, environment);
        return Process.Start(start)!;
    }

    /// <summary>Gives a program these variables, and none of the settings of a silo that this process has.</summary>
    public static void SetEnvironment(ProcessStartInfo start, IReadOnlyDictionary<string, string> environment)
    {
        foreach (var name in start.Environment.Keys
            .Where(k => k.StartsWith("SIE_", StringComparison.Ordinal) || k is "CONFIG_PATH" or "PUBSUB_EMULATOR_HOST").ToList())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }
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

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, cancellationToken);
        }
    }

    /// <summary>The end of a log, in one line.</summary>
    public static string Tail(string log) => string.Join(" | ", File.ReadLines(log).TakeLast(5));
}

/// <summary>Runs short programs of the system.</summary>
internal static class SystemCommand
{
    /// <summary>Null when it succeeded, otherwise the command with what it complained of.</summary>
    public static string? Try(string program, string arguments) => Run(program, arguments).Failure;

    /// <summary>What it wrote.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message has its complaint.</exception>
    public static string Output(string program, string arguments)
    {
        var (output, failure) = Run(program, arguments);
        return failure is null ? output : throw new InvalidOperationException(failure);
    }

    private static (string Output, string? Failure) Run(string program, string arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            var output = process.StandardOutput.ReadToEndAsync();
            var complaint = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return (output.Result, process.ExitCode == 0 ? null : $"{program} {arguments}: {complaint.Trim()}");
        }
        catch (Win32Exception e)
        {
            return ("", $"{program}: {e.Message}");
        }
    }
}

/// <summary>A part that the harness needs is not installed here; the message names it and says how to get it.</summary>
internal sealed class PartMissingException(string message) : Exception(message);
