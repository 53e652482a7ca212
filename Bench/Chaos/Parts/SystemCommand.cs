using System.ComponentModel;
using System.Diagnostics;

namespace OrleansSie.Bench.Chaos.Parts;

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
