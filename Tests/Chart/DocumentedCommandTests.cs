using System.Text.RegularExpressions;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.Chart;

/// <summary>Every command that the documents give for helm renders the chart.</summary>
public sealed partial class DocumentedCommandTests
{
    private static readonly string[] _documents = ["README.md", "docs/install.md", "docs/migration.md", "helm/orleans-sie/README.md"];

    public static TheoryData<string> Commands => [.. _documents.SelectMany(Of)];

    [SystemTheory]
    [MemberData(nameof(Commands))]
    public async Task Command_RendersTheChart(string command)
    {
        using var folder = new TemporaryFolder();
        var values = Path.Combine(folder.Path, "values.yaml");
        await File.WriteAllTextAsync(values, "config:\n  project_name: example-project\n  log_level: debug\n", TestContext.Current.CancellationToken);
        var arguments = Setting().Matches(command).SelectMany(match => new[] { "--set", Plain(match.Groups[1].Value) });

        // Those of the release before, where the command keeps them.
        string[] kept = command.Contains("--reset-then-reuse-values", StringComparison.Ordinal) ? ["--set", "config.project_name=example-project"] : [];

        var yaml = await HelmPart.TemplateAsync([.. command.Contains("-f values.yaml", StringComparison.Ordinal) ? (string[])["-f", values] : [], .. kept, .. arguments]);

        Assert.Contains(YamlJson.Documents(yaml), document => (string?)document["kind"] == "StatefulSet");
    }

    /// <summary>The commands of a document that install, upgrade or render, with their lines joined.</summary>
    private static IEnumerable<string> Of(string document) => Block().Matches(Repository.Read(document))
        .SelectMany(block => block.Groups[1].Value.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n'))
        .Where(line => line.Contains("helm install", StringComparison.Ordinal) || line.Contains("helm upgrade", StringComparison.Ordinal)
            || line.Contains("helm template", StringComparison.Ordinal));

    private static string Plain(string setting) => Substitution().Replace(setting, "a@example-project.iam.gserviceaccount.com")
        .Replace("$PROJECT", "example-project", StringComparison.Ordinal)
        .Replace("\"", "", StringComparison.Ordinal);

    [GeneratedRegex(@"```bash\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();

    [GeneratedRegex(@"--set ([^\s""]+=(?:""[^""]*""|\S*))")]
    private static partial Regex Setting();

    [GeneratedRegex(@"\$\([^)]*\)")]
    private static partial Regex Substitution();
}
