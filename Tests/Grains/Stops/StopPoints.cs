using System.Text.RegularExpressions;

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
