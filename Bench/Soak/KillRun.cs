using System.Diagnostics;
using System.Globalization;

namespace OrleansSie.Bench.Soak;

/// <summary>
/// The same folder with a memory setting far below the data: the silo is killed in the middle of checkpoints, and afterwards every
/// record and count must be there. The local broker dies with the silo, so the publisher publishes the whole portion again, as a
/// publisher does that has no answer.
/// </summary>
internal static class KillRun
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(30);

    public static async Task RunAsync(SoakPlan plan, string folder, string memory, SoakReport report)
    {
        var data = Path.Combine(folder, "data");
        var silo = await SoakSilo.StartAsync(folder, memory);
        try
        {
            report.Say(string.Create(CultureInfo.InvariantCulture,
                $"storage.memory {memory} on {SoakReport.Mega(StoreSize.Of(data).All)} MB: ready {silo.StartUp.TotalSeconds:F2} s after its start."));
            for (var kill = 0; kill < plan.Kills; kill++)
            {
                silo = await KillAsync(plan, kill, silo, memory, report);
            }

            var counts = await CountsAsync(silo, plan.Totals(plan.Kills));
            report.Judge(AreEqual(counts, plan.Totals(plan.Kills)), $"{counts.Values.Sum()} interruptions after {plan.Kills} kills, cluster by cluster as they should be.");
            report.Say($"Resident memory at its peak: {SoakReport.Mega(silo.Status("VmHWM"))} MB.");
            await silo.StopAsync();
        }
        finally
        {
            await silo.DisposeAsync();
        }

        await AuditAsync(plan, data, memory, report);
    }

    /// <summary>The counts that the silo serves, as soon as they are those expected, else after half a minute.</summary>
    public static async Task<Dictionary<string, long>> CountsAsync(SoakSilo silo, Dictionary<string, long> expected)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        var begun = Stopwatch.GetTimestamp();
        while (true)
        {
            var counts = (await silo.ScrapeAsync()).Interruptions;
            if (AreEqual(counts, expected) || Stopwatch.GetElapsedTime(begun) > _patience)
            {
                return counts;
            }

            await timer.WaitForNextTickAsync();
        }
    }

    public static bool AreEqual(Dictionary<string, long> one, Dictionary<string, long> other) =>
        one.Count == other.Count && one.All(c => other.TryGetValue(c.Key, out var value) && value == c.Value);

    private static async Task<SoakSilo> KillAsync(SoakPlan plan, int kill, SoakSilo silo, string memory, SoakReport report)
    {
        var watch = new CheckpointWatch(Path.Combine(silo.Folder, "data"));
        using var feeding = new CancellationTokenSource();
        using (var publisher = new SoakPublisher(silo))
        {
            var feed = publisher.SettleAsync(plan.AroundKill(kill), feeding.Token);
            var isHit = false;
            var killing = Task.Run(() => watch.WhenOpen(TimeSpan.FromMilliseconds(kill % 4), () => isHit = KillNow(silo), feeding.Token));
            await Task.WhenAny(feed, killing);
            await feeding.CancelAsync();
            await Task.WhenAll(killing, feed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var (copied, attempted) = watch.Read();
            report.Judge(isHit && silo.HasExited, $"Kill {kill + 1}: the silo was {(isHit ? "killed" : "NOT killed: no checkpoint was seen")} with a checkpoint under way.");
            report.Say($"      The log's index says: {copied} frames copied for certain, {attempted} meant to be: {(attempted > copied ? "it died inside the checkpoint" : "the checkpoint had just ended")}.");
        }

        await silo.DisposeAsync();
        var next = await SoakSilo.StartAsync(silo.Folder, memory);
        report.Say(string.Create(CultureInfo.InvariantCulture, $"      Ready {next.StartUp.TotalSeconds:F2} s after its start."));
        using var again = new SoakPublisher(next);
        await again.SettleAsync(plan.AroundKill(kill), CancellationToken.None);
        return next;
    }

    private static bool KillNow(SoakSilo silo)
    {
        silo.Kill();
        return true;
    }

    private static async Task AuditAsync(SoakPlan plan, string data, string memory, SoakReport report)
    {
        var begun = Stopwatch.GetTimestamp();
        var differences = await new StoreAudit(plan, plan.Kills).RunAsync(data, memory);
        var size = StoreSize.Of(data);
        report.Judge(differences.Count == 0, string.Create(CultureInfo.InvariantCulture,
            $"Audit of {plan.Instances} instances with {memory} of cache: {differences.Count} differences, {Stopwatch.GetElapsedTime(begun).TotalSeconds:F1} s. {string.Join(' ', differences.Take(5))}"));
        report.Say($"On disk: {SoakReport.Mega(size.Database)} MB and a log of {SoakReport.Mega(size.Log)} MB.");
    }
}
