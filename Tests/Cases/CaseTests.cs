using System.Text;
using System.Text.Json.Nodes;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.AuditLogs;
using OrleansSie.Testing;
using OrleansSie.Tests.EndToEnd;
using OrleansSie.Tests.Grains.Unattributed;
using Xunit;

namespace OrleansSie.Tests.Cases;

/// <summary>
/// Histories from the field, each with its right answer: the messages of a file come one after the other, then these clusters have these
/// preemptions. Takes every file of this folder, and of <c>../shared/cases</c> where there is one.
/// </summary>
public sealed class CaseTests
{
    private const int MostForAllOrders = 4;

    public static TheoryData<string> Files => [.. Folders().SelectMany(folder => Directory.GetFiles(folder, "*.json")).Select(Path.GetFileName).OfType<string>().Distinct().Order()];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Case_InItsOrder_CountsWhatIsRight(string file)
    {
        var scripted = Read(file);
        using var folder = new TemporaryFolder();
        await using var silo = await LocalSilo.StartAsync(folder.Path);
        foreach (var (message, expected) in scripted.Messages.Zip(scripted.Outcomes))
        {
            var before = await silo.MetricsAsync();
            await silo.PubSub.PublishAsync(message.IsCreation ? LocalSilo.Creations : LocalSilo.Interruptions, message.Entry);
            await silo.SettledAsync(metrics => expected is null
                ? Total(metrics) == Total(before) + 1
                : metrics.Messages(expected) == before.Messages(expected) + 1);
        }

        await silo.SettledAsync(metrics => scripted.Counts.All(count => (metrics.Interruptions(count.Key) ?? 0) == count.Value));
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Case_InEveryOrder_CountsTheSame(string file)
    {
        var scripted = Read(file);
        var facts = scripted.Messages
            .Select((message, i) => new AuditLogParser("example-project").Parse(Encoding.UTF8.GetBytes(message.Entry), $"{i}", DateTimeOffset.UnixEpoch).Event)
            .OfType<InstanceEvent>().Select(Fact.Of).ToArray();
        string[] expected = [.. scripted.Counts.Where(c => c.Value > 0).Select(c => $"{c.Key} {c.Value}").Order(StringComparer.Ordinal)];

        Assert.All(facts.Length > MostForAllOrders ? [facts] : Orders(facts), order =>
        {
            var world = new PureWorld();
            foreach (var fact in order)
            {
                world.Apply(fact);
            }

            Assert.Equal(expected, world.Compatible().Where(line => !line.EndsWith(" 0", StringComparison.Ordinal)));
        });
    }

    private static double Total(Exposition metrics) => metrics.Of("sie_messages_total").Values.Sum();

    private static IEnumerable<Fact[]> Orders(Fact[] facts) => facts.Length <= 1
        ? [facts]
        : facts.SelectMany((fact, i) => Orders([.. facts[..i], .. facts[(i + 1)..]]).Select(rest => (Fact[])[fact, .. rest]));

    private static IEnumerable<string> Folders() =>
        new[] { Repository.PathOf("Tests/Cases"), Repository.PathOf("../shared/cases") }.Where(Directory.Exists);

    private static Case Read(string file)
    {
        var json = JsonNode.Parse(File.ReadAllText(Folders().Select(folder => Path.Combine(folder, file)).Last(File.Exists)))!;
        var messages = json["messages"]!.AsArray().Select(m => ((string?)m!["to"] == "creation", m["entry"]!.ToJsonString())).ToList();
        var outcomes = json["outcomes"]?.AsArray().Select(o => (string?)o == "*" ? null : (string?)o) ?? messages.Select(_ => (string?)null);
        return new Case(messages, [.. outcomes], json["counts"]!.AsObject().ToDictionary(c => c.Key, c => (double)c.Value!));
    }

    private sealed record Case(
        IReadOnlyList<(bool IsCreation, string Entry)> Messages, IReadOnlyList<string?> Outcomes, IReadOnlyDictionary<string, double> Counts);
}
