using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using k8s.Models;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.Chart;

public sealed partial class RenderTests
{
    public static TheoryData<string> Sets => ValueSets.All;

    [Fact]
    public void ValueSets_CoverAtLeastADozenWaysToInstall() => Assert.True(ValueSets.Names.Count >= 12);

    [SystemTheory]
    [MemberData(nameof(Sets))]
    public async Task EveryObject_IsKnownToTheStrictModels_OrAKindOfPrometheus(string set)
    {
        var chart = await RenderedChart.OfAsync(set);

        Assert.All(chart.Raw, raw => Assert.Equal(
            OperatorKinds.Knows(raw) ? null : (string?)raw["kind"], StrictModels.Read(raw)?.Kind));
        Assert.All(chart.Raw.Where(OperatorKinds.Knows), raw => Assert.Empty(OperatorKinds.Faults(raw)));
        Assert.Equal(chart.Raw.Count, chart.Raw.DistinctBy(raw => $"{raw["kind"]} {raw["metadata"]!["name"]}").Count());
    }

    [SystemTheory]
    [MemberData(nameof(Sets))]
    public async Task EveryObject_HasANameThatFitsAndTheLabelsOfTheRelease(string set)
    {
        var chart = await RenderedChart.OfAsync(set);

        Assert.All(chart.Raw, raw =>
        {
            Assert.Matches("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", (string)raw["metadata"]!["name"]!);
            Assert.Equal("sie", (string?)raw["metadata"]!["labels"]!["app.kubernetes.io/instance"]);
            Assert.Equal(ChartValues.Of(set)["monitoring"]!["namespace"]!.GetValue<string>() is { Length: > 0 } other && Monitors(raw) ? other : null, (string?)raw["metadata"]!["namespace"]);
        });

        static bool Monitors(JsonObject raw) => (string?)raw["metadata"]!["labels"]!["app.kubernetes.io/component"] == "monitoring";
    }

    [SystemTheory]
    [MemberData(nameof(Sets))]
    public async Task Lint_OfEverySet_IsClean(string set)
    {
        var (exitCode, output, error) = await HelmPart.RunAsync("lint", HelmPart.Chart, "-f", ValueSets.FileOf(set));

        Assert.True(exitCode == 0, output + error);
    }

    [SystemFact]
    public async Task LongNames_AreCutSoThatWhatIsMadeFromThemFits()
    {
        var release = new string('r', 53);
        var (exitCode, output, error) = await HelmPart.RunAsync("template", release, HelmPart.Chart, "--set", "config.project_name=example-project");

        Assert.True(exitCode == 0, error);
        var set = StrictModels.Read(YamlJson.Documents(output).First(d => (string?)d["kind"] == "StatefulSet").AsObject());

        // The label controller-revision-hash is the name, a dash and ten characters.
        Assert.True(Assert.IsType<V1StatefulSet>(set).Metadata.Name.Length <= 63 - 11);
    }

    /// <summary>helm itself leaves a dependency out whose condition is false; what it renders must not look at it.</summary>
    [SystemTheory]
    [InlineData("enabled=true")]
    [InlineData("enabled=false")]
    [InlineData("global.image.tag=other")]
    public async Task WhatHelmHandsToADependency_ChangesNoObject(string value)
    {
        string[] given = ["--set", "config.project_name=example-project", "--set", "storage.bundled.existingSecret=own"];

        Assert.Equal(await HelmPart.TemplateAsync(given), await HelmPart.TemplateAsync([.. given, "--set", value]));
    }

    [Fact]
    public void StrictModels_OnAFieldThatDoesNotExist_Refuse()
    {
        var pod = JsonNode.Parse("""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"containers":[{"name":"a","imagePullPolice":"Never"}]}}""");
        var port = JsonNode.Parse("""{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"containers":[{"name":"a","env":[{"name":"PORT","value":8090}]}]}}""");

        Assert.Throws<JsonException>(() => StrictModels.Read(pod!.AsObject()));
        Assert.Throws<JsonException>(() => StrictModels.Read(port!.AsObject()));
    }

    [Fact]
    public void Chart_NamesTheVersionThatIsBuilt()
    {
        var chart = YamlJson.Documents(File.ReadAllText(Path.Combine(HelmPart.Chart, "Chart.yaml"))).Single();
        var version = Version().Match(Repository.Read("Directory.Build.props")).Groups[1].Value;

        Assert.Equal(version, (string?)chart["appVersion"]);
        Assert.Equal(version, (string?)chart["version"]);
    }

    [GeneratedRegex("<Version>([^<]+)</Version>")]
    private static partial Regex Version();
}
