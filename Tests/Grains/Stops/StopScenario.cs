using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Tests.Grains.Stops;

/// <summary>What happens in one run, and what it must come to wherever it is stopped.</summary>
/// <param name="Points">How many points it has: a run that finds others is not the run that was meant.</param>
/// <param name="Steps">
/// Events; those of one step are sent at once, each instance's in one call. The next step follows when they have been handled.
/// </param>
/// <param name="Counted">Ids of interruptions by cluster name.</param>
internal sealed record StopScenario(int Points, InstanceEvent[][] Steps, IReadOnlyDictionary<string, string[]> Counted)
{
    /// <summary>How many points of one name are told apart.</summary>
    public int MostOfOne { get; init; } = 9;

    /// <summary>How many of a cluster, where what one call has for it may travel together or not.</summary>
    public int MostOfCluster { get; init; } = 9;

    /// <summary>Interruptions of the cluster "c" that are counted before the first step.</summary>
    public int CountedBefore { get; init; }

    /// <summary>Events of one instance that are handled before the first step.</summary>
    public InstanceEvent[] Before { get; init; } = [];

    /// <summary>What is called when the events of a step have been handled, by the step's number: the instance of the step's first event.</summary>
    public IReadOnlyDictionary<int, StopCall> Calls { get; init; } = new Dictionary<int, StopCall>();

    /// <summary>The stages that the unattributed list has seen of an interruption in the end, in order; none of one that never was without a cluster.</summary>
    public IReadOnlyDictionary<string, UnattributedStage[]> Stages { get; init; } = new Dictionary<string, UnattributedStage[]>();

    /// <summary>What that comes to.</summary>
    public UnattributedFigures Figures => UnattributedFigures.Of(Stages.Values);

    /// <summary>Its events under names of its own for one run.</summary>
    public InstanceEvent[][] StepsOf(string tag) => [.. Steps.Select(step => step.Select(e => Tagged(e, tag)).ToArray())];

    /// <summary>Those before the first step, likewise.</summary>
    public InstanceEvent[] BeforeOf(string tag) => [.. Before.Select(e => Tagged(e, tag))];

    /// <summary>The key of a cluster in one run.</summary>
    public static string KeyOf(string cluster, string tag) => $"p/europe-west1/{cluster}{tag}";

    /// <summary>The ids of the interruptions that are counted before the first step.</summary>
    public IEnumerable<string> IdsBefore => Enumerable.Range(0, CountedBefore).Select(i => $"before-{i}");

    /// <summary>All ids that a cluster must have counted in the end.</summary>
    public IEnumerable<string> AllIds(string cluster, string[] ids, string tag)
    {
        var tagged = ids.Select(id => id + tag);
        return cluster == "c" ? IdsBefore.Concat(tagged) : tagged;
    }

    private static InstanceEvent Tagged(InstanceEvent e, string tag) => e with
    {
        Instance = e.Instance + tag,
        EventId = e.EventId + tag,
        Description = e.Description is { ClusterName: not "" } description ? description with { ClusterName = description.ClusterName + tag } : e.Description,
    };
}

/// <summary>A call of the instance that is no event, made again by its caller until it succeeds.</summary>
/// <param name="IsLate">Whether the time is over by then in which a waiting interruption must find its cluster.</param>
/// <param name="MakeAsync">Makes it; gets the tag of the run.</param>
internal sealed record StopCall(bool IsLate, Func<IInstanceGrain, string, Task> MakeAsync);
