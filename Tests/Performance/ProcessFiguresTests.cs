using System.Diagnostics;
using OrleansSie.Testing;
using OrleansSie.Testing.Machine;
using Xunit;

namespace OrleansSie.Tests.Performance;

public sealed class ProcessFiguresTests
{
    private const long Megabyte = 1024 * 1024;

    [Fact]
    public void Figures_OfThisProcess_AreWhatItKnowsOfItself()
    {
        var before = Environment.CpuUsage.TotalTime;
        var told = ProcessFigures.Cpu(Environment.ProcessId);

        // /proc counts in hundredths of a second.
        Assert.InRange(told, before - TimeSpan.FromMilliseconds(20), Environment.CpuUsage.TotalTime + TimeSpan.FromMilliseconds(20));
        Assert.InRange(ProcessFigures.Bytes(Environment.ProcessId, "VmRSS"), 10 * Megabyte, ProcessFigures.Bytes(Environment.ProcessId, "VmHWM"));
    }

    [Fact]
    public async Task Family_OfAShell_HasWhatItStarted()
    {
        using var shell = Process.Start("/bin/sh", ["-c", "sleep 100 & wait"]);
        try
        {
            await Eventually.IsAsync(() => Task.FromResult(ProcessFigures.Family(shell.Id)), family => family.Count == 2);
        }
        finally
        {
            ProcessFigures.Family(shell.Id).ForEach(id => Signals.Kill(id));
        }
    }

    [Fact]
    public void Figures_OfAProcessThatIsNot_AreZero() =>
        Assert.Equal((TimeSpan.Zero, 0), (ProcessFigures.Cpu(int.MaxValue), ProcessFigures.Bytes(int.MaxValue, "VmRSS")));
}
