using OrleansSie.Silo;
using OrleansSie.Silo.Hosting;
using Xunit;

namespace OrleansSie.Tests.Hosting;

public sealed class CommandLineTests
{
    [Fact]
    public void WithoutArguments_TheProgramRuns() => Assert.False(CommandLine.Answers([]));

    [Theory]
    [InlineData("--help")]
    [InlineData("-h")]
    public void Help_SaysWhatItIsAndWhereSettingsComeFrom(string argument)
    {
        var answer = CommandLine.AnswerTo([argument]);

        Assert.All(
            ["OrleansSie", "CONFIG_PATH", "SIE__PROJECT_NAME", "local mode", "docs/configuration.md", "docs/process.md"],
            part => Assert.Contains(part, answer, StringComparison.Ordinal));
        Assert.All(answer.Split('\n'), line => Assert.True(line.Length <= 120, line));
    }

    [Fact]
    public void Version_IsThatOfTheBuild() =>
        Assert.Equal($"OrleansSie {BuildVersion.Version} ({BuildVersion.Commit})", CommandLine.AnswerTo(["--version"]));

    [Theory]
    [InlineData("cfg.yaml")]
    [InlineData("config.yml")]
    [InlineData("/etc/sie/config")]
    public void Path_IsRefused_WithTheVariableToSet(string path) => Assert.Equal(
        $"'{path}' is not an argument of this program: to use a configuration file, set the environment variable CONFIG_PATH to its path.",
        Refusal(path));

    [Theory]
    [InlineData("'bogus'", "bogus")]
    [InlineData("'--urls'", "--urls", "http://*:80")]
    [InlineData("'--environment'", "--environment=Development")]
    [InlineData("'--config'", "--config", "/etc/sie/config.yaml")]
    [InlineData("'-v'", "--version", "-v")]
    public void Argument_ThatIsNotKnown_IsRefusedByName(string shown, params string[] arguments) => Assert.Equal(
        $"{shown} is not an argument of this program: settings come from CONFIG_PATH and the environment, --help says which.",
        Refusal(arguments));

    [Fact]
    public void Secret_InAnArgument_IsNotRepeated()
    {
        Assert.DoesNotContain("S3cret", Refusal("--password=S3cretTail"), StringComparison.Ordinal);
        Assert.DoesNotContain("S3cret", Refusal("redis:6379,password=S3cretTail"), StringComparison.Ordinal);
        Assert.DoesNotContain("S3cret", Refusal("S3cret@redis/0"), StringComparison.Ordinal);
    }

    private static string Refusal(params string[] arguments) => Assert.Throws<StartUpException>(() => CommandLine.AnswerTo(arguments)).Message;
}
