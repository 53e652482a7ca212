using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Tests.Grains.Stops;

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
            "instance" when method is nameof(IInstanceGrain.GetStanding) or nameof(IInstanceGrain.Observe) or nameof(IInstanceGrain.Wake)
                or nameof(IInstanceGrain.Handle) => $"instance:{context.TargetId.Key}.{method}",
            "cluster" when method is nameof(IClusterGrain.Register) or nameof(IClusterGrain.Add) or nameof(IClusterGrain.Confirm) =>
                $"cluster:{context.TargetId.Key}.{method}",
            "cluster-index" when method == nameof(IClusterIndexGrain.Report) && context.Request.GetArgument(0) is ClusterSnapshot { Version: 1 } snapshot =>
                $"cluster-index.{method} of {snapshot.Key}",
            "parked" when method is nameof(IParkedGrain.Tell) or nameof(IParkedGrain.Confirm) =>
                $"register.{method} of {InterruptionOf(context.Request.GetArgument(0))}",
            _ => null,
        };
    }

    // Runs share the register's shards: what tells them apart is the interruption.
    private static object? InterruptionOf(object? argument) => argument is ParkedNews news ? news.Id : argument;
}
