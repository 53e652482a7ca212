using Orleans.Serialization.Invocation;

namespace OrleansSie.Bench.Chaos.Silos;

/// <summary>Answers each delivery at once with success and lets the effect follow, if it can.</summary>
internal sealed class AnswerBeforeEffect : IIncomingGrainCallFilter
{
    public Task Invoke(IIncomingGrainCallContext context)
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
