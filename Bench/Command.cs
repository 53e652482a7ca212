using OrleansSie.Testing.Machine;

namespace OrleansSie.Bench;

/// <summary>Runs what a command line asks for. Ctrl+C ends it in order, and the exit code says what became of it.</summary>
internal static class Command
{
    /// <summary>It was stopped, or found what must not be.</summary>
    public const int Failed = 1;

    private const int PartMissing = 2;
    private const int WrongUsage = 64;

    /// <param name="usage">What is told where there is nothing to run.</param>
    /// <param name="run">Returns the exit code; null where the command line cannot be read.</param>
    public static async Task<int> RunAsync(string usage, Func<CancellationToken, Task<int>>? run)
    {
        if (run is null)
        {
            await Console.Error.WriteLineAsync(usage);
            return WrongUsage;
        }

        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = true;
            stop.Cancel();
        };
        try
        {
            return await run(stop.Token);
        }
        catch (PartMissingException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return PartMissing;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Stopped; everything that was started has ended.");
            return Failed;
        }
    }
}
