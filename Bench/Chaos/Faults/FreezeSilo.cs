using System.Globalization;
using OrleansSie.Bench.Chaos.Grounds;
using OrleansSie.Testing.Machine;
using OrleansSie.Testing.Proxies;

namespace OrleansSie.Bench.Chaos.Faults;

/// <summary>
/// SIGSTOP to one silo while instances on it stand between a step in the store and their call to a cluster: the answers that end the step
/// are held back, the silo is frozen, and then they go into its sockets. It reads them when it wakes up, long after others have done the work.
/// </summary>
internal sealed class FreezeSilo(StoreStep step, TimeSpan duration) : IFault
{
    // Instances that come to the step in this time are at that point together.
    private static readonly TimeSpan _window = TimeSpan.FromSeconds(1);

    // Awake, it reads what it knows of the other silos only after this: the calls are on their way before it hears that it is dead.
    private static readonly TimeSpan _lateNotice = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(1);

    public string Kind => $"freeze-{(step == StoreStep.ReadKnown ? "before-call" : "after-write")}-{duration.TotalSeconds:F0}s";

    public string Description => $"silo {ChaosEnvironment.HeldSilo} is to be frozen for {duration.TotalSeconds:F0} s at the end of a {step}";

    public TimeSpan Duration => duration;

    /// <summary>A silo that was declared dead ends when it learns that.</summary>
    public bool EndsSilos => true;

    /// <summary>How many instances were at that point.</summary>
    public int AtThatPoint { get; private set; }

    public async Task RunAsync(ChaosEnvironment environment, SiloFleet fleet, CancellationToken cancellationToken)
    {
        var hold = environment.Hold!;
        var id = fleet.Members[ChaosEnvironment.HeldSilo].ProcessId;
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(_patience);
        try
        {
            foreach (var before in Before(step))
            {
                await GatherAsync(hold, before, patience.Token);
                hold.Open();
            }

            await GatherAsync(hold, step, patience.Token);
            await StopAsync(id, patience.Token);
            hold.OpenForInstances();
            await Task.Delay(duration, TimeProvider.System, cancellationToken);
            AtThatPoint = hold.Seen;
            Signals.Continue(id);
            await Task.Delay(_lateNotice, TimeProvider.System, cancellationToken);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // No instance came to the point in time: the run tells that none was there.
        }
        finally
        {
            hold.Open();
            Signals.Continue(id);
        }
    }

    /// <summary>
    /// The steps at which they are gathered before, for many to come to the last one together: readings that are released at once become
    /// writings at once.
    /// </summary>
    private static StoreStep[] Before(StoreStep step) => step == StoreStep.WriteCounting ? [StoreStep.Read] : [];

    private static async Task GatherAsync(AnswerHold hold, StoreStep step, CancellationToken cancellationToken)
    {
        await hold.CloseAtAsync(step, cancellationToken);
        await Task.Delay(_window, TimeProvider.System, cancellationToken);
    }

    /// <summary>When it returns, no thread runs any more.</summary>
    private static async Task StopAsync(int id, CancellationToken cancellationToken)
    {
        Signals.Stop(id);
        while (Directory.EnumerateDirectories(string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/task")).Any(IsRunning))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, cancellationToken);
        }
    }

    private static bool IsRunning(string thread)
    {
        // "id (name) state ...", where the name may hold anything.
        var stat = File.ReadAllText(Path.Combine(thread, "stat"));
        return stat[stat.LastIndexOf(')') + 2] != 'T';
    }
}
