using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Tests.Performance;

/// <summary>Counts the calls that grains of the product receive, and the confirmations in them.</summary>
internal sealed class GrainCalls : IIncomingGrainCallFilter
{
    private int _count;
    private int _confirmed;

    public int Count => Volatile.Read(ref _count);

    /// <summary>Interruptions that clusters were told to be recorded at their instances.</summary>
    public int Confirmed => Volatile.Read(ref _confirmed);

    public Task Invoke(IIncomingGrainCallContext context)
    {
        var contract = context.InterfaceMethod.DeclaringType!;
        if (contract.Assembly == typeof(IInstanceGrain).Assembly)
        {
            Interlocked.Increment(ref _count);
            if (context.InterfaceMethod.Name == nameof(IClusterGrain.Confirm))
            {
                Interlocked.Add(ref _confirmed, ((IReadOnlyList<string>)context.Request.GetArgument(0)!).Count);
            }
        }

        return context.Invoke();
    }
}
