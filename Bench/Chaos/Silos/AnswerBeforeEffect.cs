using Orleans.Serialization.Invocation;

namespace OrleansSie.Bench.Chaos.Silos;

/// <summary>
/// On the side that delivers: each delivery is taken for a success at once, while the call goes on its way. The grain's side is as ever.
/// A delivery whose call fails is not repeated, so this loses events even when nothing dies.
/// </summary>
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
