using System.Text.Json;
using System.Text.RegularExpressions;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.Infra;

/// <summary>
/// The Terraform module, checked as far as it can be without Terraform: against the provider's schema, for references that lead
/// nowhere, and for rights that nobody gave a reason for.
/// </summary>
public sealed partial class TerraformTests
{
    private static readonly string[] _folders = ["infra/gcp", "infra/gcp/event-forwarder"];

    /// <summary>Every role the module gives; infra/gcp/README.md says why.</summary>
    private static readonly string[] _roles =
        ["roles/compute.viewer", "roles/iam.workloadIdentityUser", "roles/pubsub.publisher", "roles/pubsub.subscriber"];

    public static TheoryData<string> Folders() => [.. _folders];

    [SystemTheory]
    [MemberData(nameof(Folders))]
    public async Task Block_IsKnownToTheProvider(string folder)
    {
        var schema = await ProviderSchema.ReadAsync();
        var faults = new List<string>();
        var blocks = 0;
        foreach (var file in await TerraformTools.ParseAsync(Files(folder)))
        {
            foreach (var (kind, section) in new[] { ("resources", "resource"), ("data-sources", "data") })
            {
                foreach (var (type, block) in Blocks(file, section))
                {
                    blocks++;
                    faults.AddRange(schema.Faults(kind, type, block));
                }
            }
        }

        Assert.Empty(faults);
        Assert.True(blocks > 3, $"only {blocks} blocks were seen in {folder}");
    }

    [SystemFact]
    public async Task Schema_RefusesWhatTheProviderDoesNotKnow()
    {
        var schema = await ProviderSchema.ReadAsync();
        using var block = JsonDocument.Parse("""{"name":"n","dead_letter_policy":[{"max_attempts":5}]}""");

        Assert.Equal(
            ["google_pubsub_subscription.dead_letter_policy has no argument max_attempts", "google_pubsub_subscription needs the argument topic"],
            schema.Faults("resources", "google_pubsub_subscription", block.RootElement));
        Assert.Single(schema.Faults("resources", "google_pubsub_subscripton", block.RootElement));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Reference_LeadsSomewhere_AndEveryVariableIsUsed(string folder)
    {
        var text = string.Join('\n', Files(folder).Select(File.ReadAllText));
        var declared = Declaration().Matches(text).Select(m => $"{m.Groups[1].Value}.{m.Groups[2].Value}").ToHashSet(StringComparer.Ordinal);
        declared.UnionWith(Resource().Matches(text).Select(m => (m.Groups[1].Value == "data" ? "data." : "") + $"{m.Groups[2].Value}.{m.Groups[3].Value}"));
        declared.UnionWith(LocalBlock().Matches(text).SelectMany(b => LocalName().Matches(b.Value).Select(m => $"local.{m.Groups[1].Value}")));
        var used = Use().Matches(text).Select(m => m.Value.Replace("variable.", "var.", StringComparison.Ordinal)).ToHashSet(StringComparer.Ordinal);

        Assert.Empty(used.Except(declared));
        Assert.Empty(declared.Where(d => d.StartsWith("var.", StringComparison.Ordinal)).Except(used));
    }

    [Fact]
    public void OnlyTheProject_HasNoDefault_AndTheNamesAreTheOriginals()
    {
        var text = Repository.Read("infra/gcp/variables.tf");
        var required = VariableBlock().Matches(text).Where(m => !m.Groups[2].Value.Contains("default", StringComparison.Ordinal));

        Assert.Equal(["project"], required.Select(m => m.Groups[1].Value));
        foreach (var name in new[]
        {
            "sie-creation-topic", "sie-creation-subscription", "sie-creation-sink", "sie-interruption-topic",
            "sie-interruption-subscription", "sie-interruption-sink", "spot-interruption-exporter-sa",
        })
        {
            Assert.Contains($"default     = \"{name}\"", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Sinks_TakeTheFiltersOfTheParsersTests()
    {
        var text = Repository.Read("infra/gcp/main.tf");

        Assert.Matches("""(?s)module "creation_events" \{[^}]*file\("\$\{path\.module\}/filters/creation\.filter"\)""", text);
        Assert.Matches("""(?s)module "interruption_events" \{[^}]*file\("\$\{path\.module\}/filters/interruption\.filter"\)""", text);
        Assert.Contains("log_sink_filter", Repository.Read("infra/gcp/event-forwarder/main.tf"), StringComparison.Ordinal);
    }

    [Fact]
    public void Roles_AreThoseThatHaveAReason()
    {
        var given = _folders.SelectMany(Files).SelectMany(f => Role().Matches(File.ReadAllText(f)).Select(m => m.Value)).Distinct().Order(StringComparer.Ordinal);

        Assert.Equal(_roles, given);
        var page = Repository.Read("infra/gcp/README.md");
        Assert.All(_roles, role => Assert.Contains($"`{role}`", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Readme_HasEveryVariableAndOutput()
    {
        var page = Repository.Read("infra/gcp/README.md");
        string[] named = [.. FirstCell().Matches(page).Select(m => m.Groups[1].Value)];
        var declared = Named().Matches(Repository.Read("infra/gcp/variables.tf") + Repository.Read("infra/gcp/outputs.tf")).Select(m => m.Groups[1].Value);

        Assert.Empty(declared.Except(named));
    }

    [Theory]
    [MemberData(nameof(Folders))]
    public void Files_AreFormatted(string folder)
    {
        foreach (var file in Files(folder))
        {
            var lines = File.ReadAllLines(file);
            var depth = 0;
            for (var i = 0; i < lines.Length; i++)
            {
                var line = lines[i];
                var where = $"{Path.GetFileName(file)}:{i + 1}";
                Assert.True(line == line.TrimEnd() && !line.Contains('\t', StringComparison.Ordinal), $"{where} ends with a blank or has a tab");
                var closes = line.TrimStart().TakeWhile(c => c is '}' or ']' or ')').Count();
                Assert.True(
                    line.Length == 0 || line.TakeWhile(c => c == ' ').Count() == 2 * (depth - (closes > 0 ? 1 : 0)), $"{where} is not indented by two for each block");
                depth += Math.Sign(line.Count(c => c is '{' or '[' or '(') - line.Count(c => c is '}' or ']' or ')'));
                AssertAligned(lines, i, where);
            }
        }
    }

    /// <summary>The equals signs of neighbouring arguments stand under each other.</summary>
    private static void AssertAligned(string[] lines, int i, string where)
    {
        if (i > 0 && Argument().Match(lines[i]) is { Success: true } here && Argument().Match(lines[i - 1]) is { Success: true } before
            && here.Groups[1].Length == before.Groups[1].Length
            && !before.Groups[3].Value.EndsWith('[') && !before.Groups[3].Value.EndsWith('{') && !before.Groups[3].Value.EndsWith('(')
            && !here.Groups[3].Value.EndsWith('[') && !here.Groups[3].Value.EndsWith('{') && !here.Groups[3].Value.EndsWith('('))
        {
            Assert.True(here.Groups[2].Index + here.Groups[2].Length == before.Groups[2].Index + before.Groups[2].Length, $"{where}: '=' is not aligned");
        }
    }

    private static IEnumerable<(string Type, JsonElement Block)> Blocks(JsonElement file, string section) =>
        file.TryGetProperty(section, out var types)
            ? types.EnumerateObject().SelectMany(t => t.Value.EnumerateObject().SelectMany(n => n.Value.EnumerateArray().Select(b => (t.Name, b))))
            : [];

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(Repository.PathOf(folder), "*.tf").Order(StringComparer.Ordinal);

    [GeneratedRegex("(?m)^(var(?=iable)|module)(?:iable)? \"([a-z_]+)\"")]
    private static partial Regex Declaration();

    [GeneratedRegex("(?m)^(resource|data) \"([a-z_]+)\" \"([a-z_]+)\"")]
    private static partial Regex Resource();

    [GeneratedRegex("(?ms)^locals \\{.*?^\\}")]
    private static partial Regex LocalBlock();

    [GeneratedRegex("(?m)^  ([a-z_]+) +=")]
    private static partial Regex LocalName();

    [GeneratedRegex("\\b(?:var|local|module)\\.[a-z_]+|\\b(?:data\\.)?google_[a-z_]+\\.[a-z_]+")]
    private static partial Regex Use();

    [GeneratedRegex("(?ms)^variable \"([a-z_]+)\" \\{(.*?)^\\}")]
    private static partial Regex VariableBlock();

    [GeneratedRegex("roles/[a-zA-Z.]+")]
    private static partial Regex Role();

    [GeneratedRegex("(?m)^\\| `([a-z_]+)`")]
    private static partial Regex FirstCell();

    [GeneratedRegex("(?m)^(?:variable|output) \"([a-z_]+)\"")]
    private static partial Regex Named();

    [GeneratedRegex("^( +)([a-z_\"]+ *) = (.*)$")]
    private static partial Regex Argument();
}
