namespace Orleans.Streaming.PubSub;

/// <summary>
/// Stops pulling before anything else of the silo stops, and, after the agents have drained or were given up, sends what is left to send.
/// </summary>
internal sealed class PubSubStreamsLifecycle(string name, Func<PubSubQueueAdapterFactory> factory) : ILifecycleParticipant<ISiloLifecycle>
{
    private PubSubQueueAdapterFactory? _factory;

    public void Participate(ISiloLifecycle lifecycle)
    {
        lifecycle.Subscribe($"{name}.Finish", ServiceLifecycleStage.ApplicationServices + 1, CreateAsync, FinishAsync);
        lifecycle.Subscribe($"{name}.StopPulling", ServiceLifecycleStage.Active + 1, _ => Task.CompletedTask, StopPullingAsync);
    }

    private Task CreateAsync(CancellationToken cancellation)
    {
        _factory = factory();
        return Task.CompletedTask;
    }

    private Task StopPullingAsync(CancellationToken cancellation)
    {
        foreach (var subscription in _factory?.Subscriptions ?? [])
        {
            subscription.StopPulling();
        }

        return Task.CompletedTask;
    }

    private Task FinishAsync(CancellationToken cancellation) =>
        Task.WhenAll((_factory?.Subscriptions ?? []).Select(subscription => subscription.FinishAsync()));
}
