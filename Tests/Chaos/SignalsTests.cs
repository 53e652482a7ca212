using System.Diagnostics;
using OrleansSie.Testing;
using OrleansSie.Testing.Machine;
using Xunit;

namespace OrleansSie.Tests.Chaos;

/// <summary>The signals arrive, and mean what their names say.</summary>
public sealed class SignalsTests : IDisposable
{
    private readonly Process _process = Process.Start("sleep", ["600"]);

    public void Dispose()
    {
        _process.Kill();
        _process.Dispose();
    }

    [Fact]
    public async Task Stop_RunningProcess_IsFrozenUntilContinue()
    {
        Assert.True(Signals.Stop(_process.Id));
        await Eventually.IsAsync(StateAsync, state => state == 'T');

        Assert.True(Signals.Continue(_process.Id));
        await Eventually.IsAsync(StateAsync, state => state == 'S');
    }

    [Fact]
    public async Task Terminate_RunningProcess_EndsBySigTerm()
    {
        Assert.True(Signals.Terminate(_process.Id));

        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(128 + 15, _process.ExitCode);
    }

    [Fact]
    public async Task Kill_StoppedProcess_EndsAndFurtherSignalsAnswerFalse()
    {
        Signals.Stop(_process.Id);
        Assert.True(Signals.Kill(_process.Id));

        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(128 + 9, _process.ExitCode);
        Assert.False(Signals.Kill(_process.Id));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void Kill_IdOfAGroup_IsRefused(int processId) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Signals.Kill(processId));

    private async Task<char> StateAsync()
    {
        var stat = await File.ReadAllTextAsync($"/proc/{_process.Id}/stat", TestContext.Current.CancellationToken);
        return stat[stat.LastIndexOf(')') + 2];
    }
}
