using CsCheck;
using OrleansSie.Silo.Configuration;
using Xunit;

namespace OrleansSie.Tests.Configuration;

/// <summary>All faults come in one report, and every input ends in options or in a report.</summary>
public sealed class ReportTests
{
    [Fact]
    public void Faults_OfEveryKind_AreReportedAtOnce()
    {
        var faults = Loading.Faults(
            """
            log_level: loud
            log_level: info
            prometheus:
              prot: 8090
              path: metrics
            storage:
              provider: memory
            clustering:
              provider: redis
              cluster_id: [a]
            """,
            ("SIE__PROMETHEUS__PORT", "http"),
            ("SIE__STORAGE__PROVIDERS", "redis"),
            ("PUBSUB_EMULATOR_HOST", "localhost"));

        Assert.Equal(
            """
            unknown variable 'SIE__STORAGE__PROVIDERS': did you mean 'SIE__STORAGE__PROVIDER'?
            log_level stands on line 1 and again on line 2: keep one of them
            unknown key 'prometheus.prot' (line 4): did you mean 'prometheus.port'?
            clustering.cluster_id (line 10) is a list: give 1 to 63 letters, digits and '-', '_' or '.', beginning with a letter or digit
            log_level (line 1) is 'loud': give debug, info, warn or error
            SIE__PROMETHEUS__PORT is 'http': give a whole number from 1 to 65535, or 0 for any free port
            prometheus.path (line 5) is 'metrics': give a path that begins with '/' and is not '/', '/healthz/live' or '/healthz/ready', such as /metrics
            PUBSUB_EMULATOR_HOST is 'localhost': give host:port, such as localhost:8085
            project_name is missing: set it in the file, or SIE__PROJECT_NAME, to a project's id, not its number: lower-case letters, digits and '-', beginning with a letter, such as example-project
            clustering.provider is redis, but no server is given: set SIE__CLUSTERING__REDIS__CONNECTION_STRING, or clustering.redis.connection_string_file to a file that holds the connection string
            storage.provider is memory, which several silos cannot share, but clustering.provider is redis: set storage.provider to redis, or clustering.provider to localhost
            """.Split('\n'),
            faults);
    }

    [Fact]
    public void Fault_NamesItsKeyProblemAndRemedy()
    {
        var exception = Assert.Throws<ConfigurationException>(() => Loading.Load(Loading.Minimal + "log_format: xml"));

        Assert.Equal("log_format (line 2) is 'xml': give text or json", exception.Message);
        Assert.Equal(exception.Message, exception.ToString());
    }

    [Fact]
    public void AnyFile_EndsInOptionsOrInAReport()
    {
        string[] names = [.. ConfigurationKeys.All.SelectMany(key => key.Path.Split('.')).Distinct()];
        string[] marks =
        [
            ": ", ":", "\n", "\n  ", "\n    ", "- ", "[", "]", "{", "}", "&a ", "*a", "!!str ", "!", "'", "\"", "|", ">", "#",
            "---\n", "...\n", "%", "? ", "<<", "~", "\t", "\0", ",", "1", "true", "é",
        ];
        var file = Gen.OneOf([.. names, .. marks]).Array[0, 30].Select(string.Concat);

        file.Sample(text => Loading.Faults(text).All(line => line.Contains(": ", StringComparison.Ordinal)), iter: 2_000);
    }
}
