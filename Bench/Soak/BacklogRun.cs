using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text;

namespace OrleansSie.Bench.Soak;

/// <summary>
/// Both backlogs wait when the silo starts on an empty store: creations and their interruptions, which no order holds together.
/// Every interruption must be counted. On our broker in this process, and on Google's emulator where one is named.
/// </summary>
internal static class BacklogRun
{
    public const string EmulatorProject = "soak-backlog";

    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(4);

    public static async Task<int> RunAsync(int instances)
    {
        var report = new SoakReport();
        report.Say($"{instances} creations and their {instances} interruptions wait; then one silo starts on an empty store.");
        await InFolderAsync(folder => LocalBacklog.RunAsync(folder, instances, report));
        if (Environment.GetEnvironmentVariable("SIE_TEST_PUBSUB_EMULATOR") is { Length: > 0 } emulator)
        {
            await InFolderAsync(folder => OnEmulatorAsync(folder, emulator, instances, report));
        }
        else
        {
            report.Say("Not run on Google's emulator: start it and set SIE_TEST_PUBSUB_EMULATOR to its host:port.");
        }

        return await report.EndAsync(null);
    }

    /// <summary>Waits until everything is settled and counted, and judges it.</summary>
    public static async Task JudgeAsync(string where, Func<Task<Scrape>> scrape, int instances, SoakReport report)
    {
        var begun = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        var now = await scrape();
        while ((now.Settled < 2 * instances || now.Interruptions.Values.Sum() < instances) && Stopwatch.GetElapsedTime(begun) < _patience)
        {
            await timer.WaitForNextTickAsync();
            now = await scrape();
        }

        var counted = now.Interruptions.Values.Sum();
        report.Say($"{where}: {now.Outcomes}.");
        report.Judge(counted == instances, string.Create(CultureInfo.InvariantCulture,
            $"{where}: {counted} of {instances} interruptions counted, {now.Settled} messages settled, {Stopwatch.GetElapsedTime(begun).TotalSeconds:F1} s after it was ready or asked first."));
    }

    public static IEnumerable<SoakEvent> Creations(int instances) => Enumerable.Range(0, instances).Select(SoakEntries.Creation);

    public static IEnumerable<SoakEvent> Interruptions(int instances) =>
        Enumerable.Range(0, instances).Select(i => SoakEntries.Interruption(i, "systemevent"));

    private static async Task InFolderAsync(Func<string, Task> run)
    {
        var folder = Directory.CreateTempSubdirectory("sie-backlog-").FullName;
        try
        {
            await run(folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task OnEmulatorAsync(string folder, string emulator, int instances, SoakReport report)
    {
        using var http = new HttpClient { BaseAddress = new Uri($"http://{emulator}/v1/projects/{EmulatorProject}/"), Timeout = TimeSpan.FromMinutes(1) };
        await FillAsync(http, "creation", Creations(instances));
        await FillAsync(http, "interruption", Interruptions(instances));
        await using var silo = await SoakSilo.StartAsync(folder, "64m", emulator);
        report.Say(string.Create(CultureInfo.InvariantCulture, $"Google's emulator: ready {silo.StartUp.TotalSeconds:F2} s after its start."));
        await JudgeAsync("Google's emulator", silo.ScrapeAsync, instances, report);
        await silo.StopAsync();
    }

    private static async Task FillAsync(HttpClient http, string kind, IEnumerable<SoakEvent> events)
    {
        var topic = $"projects/{EmulatorProject}/topics/sie-{kind}-topic";
        await SendAsync(http.PutAsJsonAsync($"topics/sie-{kind}-topic", new { }));
        await SendAsync(http.PutAsJsonAsync($"subscriptions/sie-{kind}-subscription", new { topic, ackDeadlineSeconds = 30 }));
        foreach (var batch in events.Chunk(500))
        {
            await SendAsync(http.PostAsJsonAsync(
                $"topics/sie-{kind}-topic:publish", new { messages = batch.Select(e => new { data = Convert.ToBase64String(Encoding.UTF8.GetBytes(e.Text)) }) }));
        }
    }

    private static async Task SendAsync(Task<HttpResponseMessage> request)
    {
        using var answer = await request;
        answer.EnsureSuccessStatusCode();
    }
}
