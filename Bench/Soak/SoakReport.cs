using System.Globalization;
using System.Text;

namespace OrleansSie.Bench.Soak;

/// <summary>What a run prints and, if asked, keeps in a file; and whether every verdict in it was good.</summary>
internal sealed class SoakReport
{
    private readonly StringBuilder _text = new();

    public bool IsGood { get; private set; } = true;

    public void Say(string line)
    {
        Console.WriteLine(line);
        _text.AppendLine(line);
    }

    public void Judge(bool isGood, string statement)
    {
        IsGood &= isGood;
        Say($"{(isGood ? "ok  " : "FAIL")}  {statement}");
    }

    /// <summary>One row for each tenth of the events: the last sample in it.</summary>
    public void Tenths(IReadOnlyList<Sample> samples, long events)
    {
        Say("| events | s | events/s | resident MB | peak MB | heap MB | large objects MB | activations | in flight | store MB | log MB | bytes an interruption |");
        Say("|---|---|---|---|---|---|---|---|---|---|---|---|");
        var before = (Events: 0L, Seconds: 0.0);
        for (var tenth = 1; tenth <= 10; tenth++)
        {
            var until = tenth == 10 ? long.MaxValue : events * tenth / 10;
            if (samples.LastOrDefault(s => s.Events <= until && s.Events > before.Events) is not { } row)
            {
                continue;
            }

            Say(string.Create(CultureInfo.InvariantCulture,
                $"| {row.Events} | {row.Seconds:F0} | {(row.Events - before.Events) / (row.Seconds - before.Seconds):F0} | {Mega(row.Resident)} | {Mega(row.PeakResident)} | {Mega(row.Heap)} | {Mega(row.LargeObjects)} | {row.Activations} | {row.InFlight} | {Mega(row.Store.Database)} | {Mega(row.Store.Log)} | {PerInterruption(row):F0} |"));
            before = (row.Events, row.Seconds);
        }
    }

    public static double PerInterruption(Sample sample) => sample.Interruptions == 0 ? 0 : sample.Store.All / (double)sample.Interruptions;

    public static string Mega(long bytes) => (bytes / 1e6).ToString("F1", CultureInfo.InvariantCulture);

    /// <summary>Writes the report to a file, if one is named; returns the exit code.</summary>
    public async Task<int> EndAsync(string? file)
    {
        Say(IsGood ? "All verdicts are good." : "NOT all verdicts are good.");
        if (file is not null)
        {
            await File.WriteAllTextAsync(file, _text.ToString());
        }

        return IsGood ? 0 : 1;
    }
}
