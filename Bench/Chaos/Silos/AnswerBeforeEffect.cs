using Orleans.Serialization.Invocation;

namespace OrleansSie.Bench.Chaos.Silos;

/// <summary>
/// On the side that delivers: each delivery is taken for a success at once, while the call goes on its way. The grain's side is as ever.
/// </summary>
/// <remarks>
/// It differs even when nothing dies. Messages are settled before there is an outcome, which is counted as <c>none</c>. And events are
/// lost: deliveries to one instance do not wait for each other any more, an instance leaves memory after each, and Orleans turns away a
/// call that finds it leaving twice ("Failed to forward message"). The program repeats such a delivery; here nobody hears of it.
/// </remarks>
internal sealed class AnswerBeforeEffect : IOutgoingGrainCallFilter
{
    public Task Invoke(IOutgoingGrainCallContext context)
    {
        if (context.Request.GetMethodName() is not "DeliverBatch")
        {
            return context.Invoke();
        }

        // Whatever becomes of the effect, nobody hears of it: that is the fault.
        _ = context.Invoke();
        context.Response = Response.FromResult<object?>(null);
        return Task.CompletedTask;
    }
}
