using System.Text.Json.Nodes;
using OrleansSie.Silo.Configuration;
using Xunit;

namespace OrleansSie.Tests.Chart;

public sealed class SchemaTests
{
    // What the chart decides itself; nobody may say it a second time under config.
    private static readonly string[] _ofTheChart =
    [
        "storage.provider", "storage.path", .. ConfigurationKeys.StorageRedis.All.Select(key => key.Path),
        "clustering.provider", "clustering.gateway_port", "clustering.advertised_address", "clustering.silo_name",
        .. ConfigurationKeys.ClusteringRedis.All.Select(key => key.Path),
        "clustering.kubernetes.config_map", "clustering.kubernetes.namespace", "local.pubsub_port",
    ];

    public static TheoryData<string> Sets => ValueSets.All;

    [Theory]
    [MemberData(nameof(Sets))]
    public void ValueSet_FitsTheSchema(string set) => Assert.Empty(SchemaCheck.Faults(ChartValues.Schema, ChartValues.Of(set)));

    [Fact]
    public void Defaults_FitTheSchema() => Assert.Empty(SchemaCheck.Faults(ChartValues.Schema, ChartValues.Defaults()));

    [Theory]
    [InlineData("enabled=true")]
    [InlineData("enabled=false")]
    [InlineData("global.imageRegistry=registry.example.org")]
    public void WhatHelmHandsToADependency_FitsTheSchema(string value) =>
        Assert.Empty(SchemaCheck.Faults(ChartValues.Schema, ChartValues.With(value)));

    [Theory]
    [InlineData("enabled", "\"true\"")]
    [InlineData("replica", "3")]
    [InlineData("replicas", "-1")]
    [InlineData("podDisruptionBudget.maxUnavailable", "\"1\"")]
    [InlineData("replicas", "\"3\"")]
    [InlineData("spotNodes", "\"sometimes\"")]
    [InlineData("terminationGracePeriodSeconds", "20")]
    [InlineData("config.storage.provider", "\"memory\"")]
    [InlineData("config.prometheus.path", "\"/metrics/\"")]
    [InlineData("config.inventory.interval", "300")]
    [InlineData("storage.provider", "\"memory\"")]
    [InlineData("storage.bundled.image.tag", "\"\"")]
    [InlineData("serviceAccount.googleServiceAccount", "\"somebody@example.org\"")]
    [InlineData("monitoring.rules.disabled", "[\"SieUnknown\"]")]
    public void Value_ThatIsUnknownOrWrong_IsRefused(string path, string json)
    {
        var values = ChartValues.Of("default");
        JsonNode section = values;
        var steps = path.Split('.');
        foreach (var step in steps[..^1])
        {
            section = section[step] ??= new JsonObject();
        }

        section[steps[^1]] = JsonNode.Parse(json);

        Assert.StartsWith(path, Assert.Single(SchemaCheck.Faults(ChartValues.Schema, values)), StringComparison.Ordinal);
    }

    [Fact]
    public void EveryAlert_CanBeDisabled()
    {
        var alerts = YamlJson.Documents(File.ReadAllText(Path.Combine(HelmPart.Chart, "files", "rules.yaml"))).Single()["alerts"]!.AsArray().Select(alert => (string)alert!["alert"]!);
        var choices = ChartValues.Schema["properties"]!["monitoring"]!["properties"]!["rules"]!["properties"]!["disabled"]!["items"]!["enum"]!.AsArray().Select(name => (string)name!);

        Assert.Equal(alerts, choices);
    }

    [Fact]
    public void EverySection_IsClosed_UnlessItIsOpenOnPurpose()
    {
        var sections = Sections(ChartValues.Schema.AsObject()).ToList();

        Assert.All(sections, section => Assert.Equal(section.ContainsKey("properties"), section["additionalProperties"] is JsonValue value && !value.GetValue<bool>()));
        Assert.True(sections.Count > 30);
    }

    [Fact]
    public void EveryValue_HasItsPlaceInTheSchema_AndTheOtherWayRound()
    {
        var told = ChartValues.Leaves(ChartValues.Defaults()).Select(leaf => leaf.Path).Where(path => !path.StartsWith("config.", StringComparison.Ordinal)).ToList();
        var known = Paths(ChartValues.Schema.AsObject(), "").Where(path => !path.StartsWith("config.", StringComparison.Ordinal) && path is not ("global" or "enabled")).ToList();

        Assert.All(known, path => Assert.Contains(told, leaf => leaf == path || leaf.StartsWith(path + ".", StringComparison.Ordinal)));
        Assert.All(told, leaf => Assert.Contains(known, path => leaf == path || leaf.StartsWith(path + ".", StringComparison.Ordinal)));
    }

    [Fact]
    public void Config_TakesEveryKeyOfTheExporter_ButThoseOfTheChart()
    {
        var config = ChartValues.Schema["properties"]!["config"]!.AsObject();
        var taken = Paths(config, "").Where(path => path != "projects").ToHashSet(StringComparer.Ordinal);

        Assert.Equal(
            ConfigurationKeys.All.Select(key => key.Path).Except(_ofTheChart).Order(StringComparer.Ordinal),
            taken.Order(StringComparer.Ordinal));
        Assert.Equal(
            ProjectKeys.Entries[0].All.Select(key => key.Path[(key.Path.LastIndexOf('.') + 1)..]).Order(StringComparer.Ordinal),
            Paths(config["properties"]!["projects"]!["items"]!.AsObject(), "").Order(StringComparer.Ordinal));
    }

    private static IEnumerable<JsonObject> Sections(JsonObject schema)
    {
        var children = (schema["properties"] as JsonObject ?? []).Select(pair => pair.Value!.AsObject()).ToList();
        if (schema["items"] is JsonObject items)
        {
            children.Add(items);
        }

        return children.SelectMany(Sections).Concat(schema["type"] is JsonValue type && (string?)type == "object" ? [schema] : []);
    }

    private static IEnumerable<string> Paths(JsonObject schema, string path) =>
        schema["properties"] is JsonObject properties
            ? properties.SelectMany(pair => Paths(pair.Value!.AsObject(), path.Length == 0 ? pair.Key : $"{path}.{pair.Key}"))
            : [path];
}
