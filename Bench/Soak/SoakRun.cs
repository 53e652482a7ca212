using System.Globalization;

namespace OrleansSie.Bench.Soak;

/// <summary>
/// A long life of one silo on the embedded store: does its memory follow the work in flight, do the stored bytes follow the
/// instances, are the counts exact? Then <see cref="KillRun"/> on what it left.
/// </summary>
internal static class SoakRun
{
    /// <summary>What docs/evidence/soak.md says that one interruption costs on disk, everything of its instance included.</summary>
    private const int DocumentedBytes = 700;

    private const double MostGrowth = 1.15;

    // An interruption is remembered through the epoch in which it was confirmed and the next: ten minutes at most.
    private const int BytesRemembered = 200;
    private const double SecondsRemembered = 600;
    private const long WarmUpEvents = 200_000;

    public static async Task<int> RunAsync(SoakOptions options)
    {
        var plan = new SoakPlan(options);
        var report = new SoakReport();
        var folder = Directory.CreateTempSubdirectory("sie-soak-").FullName;
        report.Say($"Data and the silo's log are in {folder}; they stay there unless all verdicts are good.");
        await (options.IsStoreOnly ? FillAsync(plan, folder, report) : FeedAsync(plan, folder, report));
        if (options.Kills > 0)
        {
            await KillRun.RunAsync(plan, folder, options.SmallMemory, report);
        }

        var code = await report.EndAsync(options.Results);
        if (code == 0)
        {
            Directory.Delete(folder, recursive: true);
        }

        return code;
    }

    private static async Task FillAsync(SoakPlan plan, string folder, SoakReport report)
    {
        report.Say($"The records that {plan.Events} events of {plan.Instances} instances leave are written into the store directly.");
        await new StoreFill(plan).RunAsync(Path.Combine(folder, "data"));
        await AuditAsync(plan, folder, report);
    }

    private static async Task FeedAsync(SoakPlan plan, string folder, SoakReport report)
    {
        report.Say($"{plan.Events} events of {plan.Instances} instances in {SoakPlan.Clusters} clusters, one silo on the embedded store, 64m.");
        await using var silo = await SoakSilo.StartAsync(folder, "64m");
        report.Say(string.Create(CultureInfo.InvariantCulture, $"Ready {silo.StartUp.TotalSeconds:F2} s after its start, on an empty folder."));
        using var publisher = new SoakPublisher(silo);
        var sampler = new Sampler(silo);
        using var fed = new CancellationTokenSource();
        var sampling = sampler.RunAsync(fed.Token);
        await publisher.SettleAsync(plan.All(), CancellationToken.None);
        var counts = await KillRun.CountsAsync(silo, plan.Totals(0));
        await fed.CancelAsync();
        await sampling;

        report.Tenths(sampler.Samples, plan.Events);
        await JudgeAsync(plan, silo, counts, sampler.Samples, report);
        await silo.StopAsync();
        await AuditAsync(plan, folder, report);
    }

    private static async Task JudgeAsync(
        SoakPlan plan, SoakSilo silo, Dictionary<string, long> counts, IReadOnlyList<Sample> samples, SoakReport report)
    {
        var scrape = await silo.ScrapeAsync();
        report.Say($"Outcomes: {scrape.Outcomes}.");
        report.Judge(scrape.Settled == plan.Events, $"{scrape.Settled} messages have an outcome, {plan.Events} were published.");
        report.Judge(scrape.DeliveryFailures == 0, $"{scrape.DeliveryFailures} deliveries failed.");
        report.Judge(KillRun.AreEqual(counts, plan.Totals(0)), $"{counts.Values.Sum()} interruptions in {counts.Count} clusters, {plan.Interruptions} are right, cluster by cluster.");

        // A shorter run has its warm-up after the same share of its events.
        var warm = samples.LastOrDefault(s => s.Events <= Math.Min(WarmUpEvents, plan.Events / 5)) ?? samples[0];
        var last = samples[^1];
        var remembered = (last.Events - Math.Max(warm.Events, samples.LastOrDefault(s => s.Seconds <= last.Seconds - SecondsRemembered)?.Events ?? 0))
            * plan.Interruptions / plan.Events;
        var most = (warm.PeakResident * MostGrowth) + (BytesRemembered * remembered);
        report.Judge(last.PeakResident <= most, string.Create(CultureInfo.InvariantCulture,
            $"Peak of resident memory: {SoakReport.Mega(warm.PeakResident)} MB after {warm.Events} events, {SoakReport.Mega(last.PeakResident)} MB at the end; at most {SoakReport.Mega((long)most)}: 15 % more, and {BytesRemembered} bytes for each of {remembered} interruptions of the last ten minutes."));
        report.Judge(SoakReport.PerInterruption(last) <= DocumentedBytes, string.Create(CultureInfo.InvariantCulture,
            $"{SoakReport.PerInterruption(last):F0} bytes on disk for each interruption, {last.Store.All / (double)plan.Instances:F0} for each instance; {DocumentedBytes} for an interruption are documented."));
    }

    private static async Task AuditAsync(SoakPlan plan, string folder, SoakReport report)
    {
        var audit = new StoreAudit(plan, 0);
        var differences = await audit.RunAsync(Path.Combine(folder, "data"), "64m");
        report.Say(string.Create(CultureInfo.InvariantCulture, $"An instance's record has {audit.InstanceBytes / (double)plan.Instances:F0} bytes."));
        report.Judge(differences.Count == 0, $"Audit of {plan.Instances} instances: {differences.Count} differences. {string.Join(' ', differences.Take(5))}");
    }
}
