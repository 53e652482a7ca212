using System.Text.RegularExpressions;
using Orleans.Storage;
using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Tests.Grains.Stops;

/// <summary>
/// The awaits of one world, by name: each storage operation and grain call has one before it and one after it had its effect.
/// Records those that a run comes by, and holds back whoever comes to the one at which the run is to be stopped. Runs are told
/// apart by the tag in the names of their grains.
/// </summary>
internal sealed partial class StopPoints
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Run> _runs = [];

    /// <summary>The tag of a run's names.</summary>
    public static string Tag(int run) => $"-at{run}x";

    /// <summary>Whether a point stands at a record of the index, which runs share: it can only be had by a run that is alone.</summary>
    public static bool IsShared(string point) => point.Contains("cluster-index:all", StringComparison.Ordinal);

    /// <summary>Begins a run.</summary>
    /// <param name="tag">What the run's names contain; in the points' names it is left out.</param>
    /// <param name="target">The point to stop at; null to record only.</param>
    /// <param name="scenario">How many points of one name are told apart; later ones are not points.</param>
    public void Begin(string tag, string? target, StopScenario scenario)
    {
        lock (_lock)
        {
            _runs.Add(tag, new Run(target, scenario));
        }
    }

    /// <summary>Completes when a run has reached the point at which it stops.</summary>
    public Task Reached(string tag) => Get(tag).Reached.Task;

    /// <summary>What a run passed, in order.</summary>
    public IReadOnlyList<string> Passed(string tag)
    {
        lock (_lock)
        {
            return [.. _runs[tag].Passed];
        }
    }

    /// <summary>Lets whoever is stopped in a run go on.</summary>
    public void Release(string tag) => Get(tag).Release.TrySetResult();

    /// <summary>Forgets all runs; nobody is stopped any more.</summary>
    public void End()
    {
        lock (_lock)
        {
            foreach (var run in _runs.Values)
            {
                run.Release.TrySetResult();
            }

            _runs.Clear();
        }
    }

    /// <summary>
    /// Passes a point, or waits there to be released. What belongs to no run is no point; nor is a cluster's second confirmation, since those that
    /// follow each other soon travel together.
    /// </summary>
    public Task AtAsync(string what, string subject)
    {
        lock (_lock)
        {
            var tag = TagIn().Match(subject).Value;
            var run = _runs.GetValueOrDefault(tag) ?? (IsShared(subject) && _runs.Count == 1 ? _runs.Values.Single() : null);
            if (run is null)
            {
                return Task.CompletedTask;
            }

            var name = $"{what} {(tag.Length == 0 ? subject : subject.Replace(tag, "", StringComparison.Ordinal))}";
            var number = run.Seen[name] = run.Seen.GetValueOrDefault(name) + 1;
            if (number > run.MostOf(name))
            {
                return Task.CompletedTask;
            }

            var point = $"{name} #{number}";
            run.Passed.Add(point);
            if (point != run.Target)
            {
                return Task.CompletedTask;
            }

            run.Reached.TrySetResult();
            return run.Release.Task;
        }
    }

    [GeneratedRegex("-at[0-9]+x")]
    private static partial Regex TagIn();

    private Run Get(string tag)
    {
        lock (_lock)
        {
            return _runs[tag];
        }
    }

    private sealed class Run(string? target, StopScenario scenario)
    {
        public string? Target { get; } = target;

        public List<string> Passed { get; } = [];

        public Dictionary<string, int> Seen { get; } = [];

        public TaskCompletionSource Reached { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int MostOf(string name) =>
            name.EndsWith(".Confirm", StringComparison.Ordinal) ? 1
            : name.Contains("cluster:", StringComparison.Ordinal) ? Math.Min(scenario.MostOfOne, scenario.MostOfCluster)
            : scenario.MostOfOne;
    }
}

/// <summary>Can stop each call and each delivery on an event's way before it reaches the grain, and after it ran but before its answer.</summary>
internal sealed class StoppableCalls(StopPoints points) : IIncomingGrainCallFilter
{
    private static readonly AsyncLocal<bool> _isQuestion = new();

    /// <summary>Whether what runs answers a question for a cluster's counts.</summary>
    public static bool IsQuestion => _isQuestion.Value;

    public async Task Invoke(IIncomingGrainCallContext context)
    {
        if (SubjectOf(context) is not { } subject)
        {
            _isQuestion.Value = context.MethodName == nameof(IClusterGrain.GetSnapshot);
            await context.Invoke();
            return;
        }

        await points.AtAsync("before call", subject);
        await context.Invoke();
        await points.AtAsync("after call", subject);
    }

    private static string? SubjectOf(IIncomingGrainCallContext context)
    {
        var method = context.MethodName;
        return context.TargetId.Type.ToString() switch
        {
            "instance" when method is nameof(IInstanceGrain.GetStatus) or nameof(IInstanceGrain.Observe) or nameof(IInstanceGrain.Wake)
                or nameof(IInstanceGrain.Handle) => $"instance:{context.TargetId.Key}.{method}",
            "cluster" when method is nameof(IClusterGrain.Register) or nameof(IClusterGrain.Add) or nameof(IClusterGrain.Confirm) =>
                $"cluster:{context.TargetId.Key}.{method}",
            "cluster-index" when method == nameof(IClusterIndexGrain.Report) && context.Request.GetArgument(0) is ClusterSnapshot { Version: 1 } snapshot =>
                $"cluster-index.{method} of {snapshot.Key}",
            "unattributed" when method is nameof(IUnattributedGrain.Tell) or nameof(IUnattributedGrain.Confirm) =>
                $"register.{method} of {InterruptionOf(context.Request.GetArgument(0))}",
            _ => null,
        };
    }

    // Runs share the unattributed list's shards: what tells them apart is the interruption.
    private static object? InterruptionOf(object? argument) => argument is UnattributedReport news ? news.Id : argument;
}

/// <summary>One world's way to the store that all worlds share: can be stopped before each operation, and after it but before its answer.</summary>
internal sealed class StoppableStorage(TestStorage store, StopPoints points) : IGrainStorage
{
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        // The index reads its names, and asks the clusters, by a timer: when it does so is no part of an event's way.
        var isOnTheWay = stateName != "cluster-index" && !StoppableCalls.IsQuestion;
        await (isOnTheWay ? points.AtAsync("before read", Subject(stateName, grainId)) : Task.CompletedTask);
        await store.ReadStateAsync(stateName, grainId, grainState);
        await (isOnTheWay ? points.AtAsync("after read", Subject(stateName, grainId)) : Task.CompletedTask);
    }

    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        // What is stored is fixed when the writer asks, as by a real store, which has serialised before it first waits.
        var asked = new GrainState<T>(Copy(store, grainState.State), grainState.ETag) { RecordExists = grainState.RecordExists };
        await points.AtAsync("before write", Subject(stateName, grainId));
        await store.WriteStateAsync(stateName, grainId, asked);
        (grainState.ETag, grainState.RecordExists) = (asked.ETag, asked.RecordExists);
        await points.AtAsync("after write", Subject(stateName, grainId));
    }

    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        await points.AtAsync("before clear", Subject(stateName, grainId));
        await store.ClearStateAsync(stateName, grainId, grainState);
        await points.AtAsync("after clear", Subject(stateName, grainId));
    }

    private static T Copy<T>(TestStorage store, T state) => store.Serializer.Deserialize<T>(store.Serializer.Serialize(state));

    // A segment has a name of its own each time.
    private static string Subject(string stateName, GrainId grainId) =>
        TestStorage.Name(stateName.StartsWith("segment-", StringComparison.Ordinal) ? "segment" : stateName, grainId);
}
