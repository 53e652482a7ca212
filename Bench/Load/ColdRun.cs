using OrleansSie.Bench.Chaos.Grounds;
using OrleansSie.Testing.Machine;
using OrleansSie.Testing.Parts;

namespace OrleansSie.Bench.Load;

/// <summary><c>cold</c>: the start of a silo in local mode on an empty folder.</summary>
internal static class ColdRun
{
    private static readonly TimeSpan _beat = TimeSpan.FromMilliseconds(10);

    public static async Task<List<Figure>> RunAsync(LoadOptions options, ExporterProgram program, LoadProgress progress, CancellationToken cancellationToken)
    {
        progress.Step = "starts";
        var folder = Directory.CreateTempSubdirectory("sie-load-").FullName;
        var place = new SiloPlace(folder, "127.0.0.1", program.Command)
            .AsSilo()
            .With("SIE__STORAGE__PATH", Path.Combine(folder, "data"))
            .With("SIE__LOCAL__PUBSUB_PORT", LoopbackPorts.Free());
        var started = TimeProvider.System.GetTimestamp();
        var silo = new SiloMember(0, place);
        try
        {
            var metrics = await UntilAsync("/metrics", silo, started, cancellationToken);
            var ready = await UntilAsync("/healthz/ready", silo, started, cancellationToken);
            return
            [
                new("start to the first /metrics, s", metrics.TotalSeconds),
                new("start to ready, s", ready.TotalSeconds),
                new("CPU until ready, s", ProcessFigures.Cpu(silo.ProcessId).TotalSeconds),
                Figure.OfBytes("memory when ready", ProcessFigures.Bytes(silo.ProcessId, "VmRSS")),
            ];
        }
        finally
        {
            await silo.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<TimeSpan> UntilAsync(string path, SiloMember silo, long started, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_beat);
        while (await silo.GetAsync(path, cancellationToken) is null)
        {
            if (silo.HasEnded)
            {
                throw new InvalidOperationException($"It does not start; the end of its log: {Programs.Tail(silo.Log)}");
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }

        return TimeProvider.System.GetElapsedTime(started);
    }
}
