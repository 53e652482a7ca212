using System.Text.RegularExpressions;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Metrics;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.Chart;

/// <summary>What cannot work ends the render with a sentence that says what to set.</summary>
public sealed partial class RefusalTests
{
    private const string Project = "config.project_name=example-project";

    // No other password at each render.
    private const string Password = "storage.bundled.existingSecret=own";

    [SystemTheory]
    [InlineData("set config.project_name to the id of the Google Cloud project", "replicas=3")]
    [InlineData("storage.provider is embedded, which keeps counts in a file of one replica, but replicas is 3: set replicas to 1, or storage.provider to bundled or redis.", Project, "storage.provider=embedded", "clustering.provider=localhost")]
    [InlineData("clustering.provider is localhost, with which replicas do not know of each other, but replicas is 2: set replicas to 1, or clustering.provider to kubernetes.", Project, "replicas=2", "clustering.provider=localhost")]
    [InlineData("storage.provider is embedded, which several replicas cannot share, but clustering.provider is kubernetes: set clustering.provider to localhost", Project, "replicas=1", "storage.provider=embedded")]
    [InlineData("set storage.existingSecret.name to a secret that holds its connection string", Project, "storage.provider=redis")]
    [InlineData("set storage.provider to redis, or leave storage.existingSecret.name empty", Project, "storage.existingSecret.name=counts")]
    [InlineData("set storage.provider to redis, or leave storage.connectionString empty", Project, "storage.connectionString=redis:6379")]
    [InlineData("storage.connectionString holds a password, which anyone who may read", Project, "storage.provider=redis", "storage.connectionString=redis:6379\\,password=x")]
    [InlineData("set it to the secret that has this key", Project, "storage.provider=redis", "storage.connectionString=redis:6379", "storage.existingSecret.passwordKey=p")]
    [InlineData("nothing of the secret in storage.existingSecret.name would be used", Project, "storage.provider=redis", "storage.connectionString=redis:6379", "storage.existingSecret.name=p")]
    [InlineData("podDisruptionBudget.maxUnavailable is 3, which lets all 3 replicas be evicted at once: set it below replicas.", Project, "podDisruptionBudget.maxUnavailable=3")]
    [InlineData("podDisruptionBudget.maxUnavailable is 67%, which lets all 3 replicas be evicted at once", Project, "podDisruptionBudget.maxUnavailable=67%")]
    [InlineData("config.prometheus.port and config.clustering.silo_port are both 9000: give each its own port.", Project, "config.prometheus.port=9000", "config.clustering.silo_port=9000")]
    [InlineData("set networkPolicy.egress.extra to a rule that allows it", Project, "storage.provider=redis", "storage.existingSecret.name=counts", "networkPolicy.egress.enabled=true")]
    [InlineData("set monitoring.scrape to podMonitor, serviceMonitor or gmp, or monitoring.rules.selector", Project, "monitoring.rules.enabled=true")]
    [InlineData("config.metrics.drop_labels has reason, by which the rules find preemptions", Project, "monitoring.rules.enabled=true", "monitoring.scrape=gmp", "config.metrics.drop_labels=zone\\, reason")]
    [InlineData("annotate it yourself (iam.gke.io/gcp-service-account)", Project, "serviceAccount.create=false", "serviceAccount.googleServiceAccount=a@p.iam.gserviceaccount.com")]
    [InlineData("config.storage.memory is of the embedded store, but storage.provider is bundled", Project, "config.storage.memory=64m")]
    [InlineData("nothing would be closed: set networkPolicy.enabled to true", Project, "networkPolicy.enabled=false", "networkPolicy.egress.enabled=true")]
    [InlineData("everything is open: set networkPolicy.egress.enabled to true", Project, "networkPolicy.egress.extra[0].ports[0].port=6379")]
    [InlineData("monitoring.scrapeTimeout is 10s, longer than monitoring.interval, 5s", Project, "monitoring.interval=5s")]
    [InlineData("monitoring.singleTarget is of the Prometheus operator, but monitoring.scrape is gmp", Project, "monitoring.scrape=gmp", "monitoring.singleTarget=true")]
    [InlineData("monitoring.relabelings has rules, which Google's PodMonitoring cannot take", Project, "monitoring.scrape=gmp", "monitoring.relabelings[0].action=drop")]
    [InlineData("config.attribution.timeout is 30s, which the replicas refuse: give a time from 1m to 14d.", Project, "config.attribution.timeout=30s")]
    [InlineData("config.pubsub.message_retention is 40d, which the replicas refuse: give a time from 10m to 31d.", Project, "config.pubsub.message_retention=40d")]
    [InlineData("config.instances.retention is 20d, too short beside config.pubsub.message_retention, which is 7d: give at least 14 days more.", Project, "config.instances.retention=20d")]
    [InlineData("config.instances.retention is 44d, too short beside config.pubsub.message_retention, which is 31d", Project, "config.pubsub.message_retention=31d", "config.instances.retention=44d")]
    [InlineData("config.clusters.retention is 30d, shorter than config.instances.retention, which is 45d: give at least 45d, or never.", Project, "config.clusters.retention=30d")]
    [InlineData("config.prometheus.cluster_label is le, which is Prometheus' own: choose another label.", Project, "config.prometheus.cluster_label=le")]
    [InlineData("config.prometheus.cluster_label is node_pool, which is another label of the metrics: choose another name.", Project, "config.prometheus.cluster_label=node_pool")]
    [InlineData("Objects of this release would be named 9abc, which is no name for a Service", Project, "fullnameOverride=9abc")]
    public async Task Combination_ThatCannotWork_FailsTheRenderWithWhatToSet(string sentence, params string[] values)
    {
        var (exitCode, output, error) = await HelmPart.RunAsync(["template", "sie", HelmPart.Chart, .. values.SelectMany(value => new[] { "--set", value })]);

        // helm holds the values against the schema first: what that refuses would never come to this sentence.
        Assert.Empty(SchemaCheck.Faults(ChartValues.Schema, ChartValues.With(values)));
        Assert.NotEqual(0, exitCode);
        Assert.Empty(output);
        Assert.Contains(sentence, error, StringComparison.Ordinal);
    }

    [Fact]
    public void TimesOfTheConfiguration_HaveTheSilosBounds()
    {
        var times = ConfigurationKeys.All.Select(key => (key.Path, Bounds: Bounds().Match(key.Accepts).Groups)).Where(key => key.Bounds[0].Success)
            .Select(key => $"\"{key.Path}\" (list \"{key.Bounds[1].Value}\" \"{key.Bounds[2].Value}\")").ToArray();

        Assert.Equal(5, times.Length);
        var checks = Repository.Read("helm/orleans-sie/templates/_checks.tpl");
        Assert.All(times, time => Assert.Contains(time, checks, StringComparison.Ordinal));
    }

    [Fact]
    public void LabelsThatTheSiloRefuses_AreRefused()
    {
        var refused = MetricsOptions.Labels.Append(MetricNames.WindowLabel).Where(label => !ValueFormats.LabelName.TryRead(label, out _)).ToArray();

        Assert.Equal(8, refused.Length);
        var checks = Repository.Read("helm/orleans-sie/templates/_checks.tpl");
        var listed = LabelList().Match(checks).Groups[1].Value.Split(' ').Select(label => label.Trim('"'));
        Assert.Equal(refused.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void DefaultsThatTheTemplatesSay_AreTheSilos()
    {
        var templates = Repository.Read("helm/orleans-sie/templates/_checks.tpl") + Repository.Read("helm/orleans-sie/templates/_rules.tpl");
        var said = DefaultOf().Matches(templates).Select(match => (Path: $"{match.Groups[1].Value}.{match.Groups[2].Value}", Default: match.Groups[3].Value)).ToArray();

        Assert.Equal(4, said.Length);
        Assert.All(said, one => Assert.Equal(ConfigurationKeys.All.Single(key => key.Path == one.Path).Show(SieOptions.Default), one.Default));
    }

    [SystemFact]
    public async Task PortInQuotes_AsTheOriginalsFileMayHaveIt_IsAPort()
    {
        var quoted = await HelmPart.TemplateAsync("--set", Project, "--set", Password, "--set-string", "config.prometheus.port=8091");
        var plain = await HelmPart.TemplateAsync("--set", Project, "--set", Password, "--set", "config.prometheus.port=8091");

        static IEnumerable<string> Lines(string yaml) => yaml.Split('\n').Where(line => !line.Contains("checksum/config", StringComparison.Ordinal));
        Assert.Equal(Lines(plain), Lines(quoted).Select(line => line.Replace("port: \"8091\"", "port: 8091", StringComparison.Ordinal)));
    }

    [SystemTheory]
    [InlineData("config.prometheus.port=8090", "containerPort: 8090")]
    [InlineData("config.pubsub.message_retention=31d", "message_retention: 31d")]
    [InlineData("config.attribution.timeout=1m", "timeout: 1m")]
    [InlineData("podDisruptionBudget.maxUnavailable=33%", "maxUnavailable: 33%")]
    [InlineData("monitoring.interval=1m30s", "replicas: 3")]
    [InlineData("replicas=0", "replicas: 0")]
    public async Task Value_ThatIsUnusual_IsTaken(string value, string line) =>
        Assert.Contains(line, await HelmPart.TemplateAsync("--set", Project, "--set", value), StringComparison.Ordinal);

    [SystemTheory]
    [InlineData("sie-orleans-sie-membership")]
    [InlineData("sie-orleans-sie-membership-1ef147a8", "config.clustering.cluster_id=green")]
    [InlineData("sie-orleans-sie-membership-9e1c63eb", "config.clustering.service_id=green")]
    public async Task OtherIds_AreAnotherMembershipTable(string name, params string[] values)
    {
        var documents = YamlJson.Documents(await HelmPart.TemplateAsync(["--set", Project, .. values.SelectMany(value => new[] { "--set", value })]));

        Assert.Equal(
            [name, name + "-alive"],
            documents.Where(document => (string?)document["metadata"]!["labels"]!["app.kubernetes.io/component"] == "membership" && (string?)document["kind"] == "ConfigMap")
                .Select(document => (string)document["metadata"]!["name"]!));
        var role = documents.Single(document => (string?)document["kind"] == "Role");
        Assert.Equal([name, name + "-alive"], role["rules"]!.AsArray().Select(rule => (string)rule!["resourceNames"]![0]!));
    }

    [SystemFact]
    public async Task ProjectNameAlone_RendersThreeSilosOnABundledStore()
    {
        var documents = YamlJson.Documents(await HelmPart.TemplateAsync("--set", Project));
        var sets = documents.Where(document => (string?)document["kind"] == "StatefulSet").ToDictionary(set => (string)set["metadata"]!["name"]!, set => (long)set["spec"]!["replicas"]!);

        Assert.Equal(new Dictionary<string, long> { ["sie-orleans-sie"] = 3, ["sie-orleans-sie-store"] = 1 }, sets);
    }

    [GeneratedRegex("^(?:never, or )?a time .* from (\\w+) to (\\w+)$")]
    private static partial Regex Bounds();

    [GeneratedRegex(@"has \$label \(list (""window"".*?)\)")]
    private static partial Regex LabelList();

    [GeneratedRegex("dig \"(\\w+)\" \"(\\w+)\" \"(\\w+)\"")]
    private static partial Regex DefaultOf();
}
