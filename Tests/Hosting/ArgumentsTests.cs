using OrleansSie.Testing.Parts;
using Xunit;

namespace OrleansSie.Tests.Hosting;

public sealed class ArgumentsTests
{
    [SystemTheory]
    [InlineData("--help", "CONFIG_PATH")]
    [InlineData("--version", "OrleansSie ")]
    public async Task Question_IsAnsweredOnStandardOutput(string argument, string part)
    {
        await using var life = Life.Start(command: ["dotnet", SiloProcess.Program, argument]);

        Assert.Equal(0, await life.Silo.ExitedAsync());
        Assert.Contains(part, life.Silo.Output, StringComparison.Ordinal);
        Assert.Empty(life.Silo.Errors);
    }

    [SystemTheory]
    [InlineData("cfg.yaml", "CONFIG_PATH")]
    [InlineData("--urls=http://127.0.0.1:1", "--help")]
    public async Task Argument_ThatIsNotKnown_IsRefusedInOneLine(string argument, string part)
    {
        await using var life = Life.Start(command: ["dotnet", SiloProcess.Program, argument]);

        Assert.Equal(78, await life.Silo.ExitedAsync());
        Assert.Contains(part, life.Silo.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', life.Silo.Output.Trim());
        Assert.False(Directory.Exists(life.Data));
    }
}
