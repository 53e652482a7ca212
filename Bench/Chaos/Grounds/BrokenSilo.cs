using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans.Serialization.Invocation;
using OrleansSie.Silo.Hosting;

namespace OrleansSie.Bench.Chaos.Grounds;

/// <summary>
/// The program with one fault put in from outside. The code of the program is the same; the fault comes in when its host is built.
/// </summary>
internal sealed class BrokenSilo(Action<IServiceCollection> fault) : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    /// <summary>The Bench is a silo that answers a delivery before the event has had its effect, so that its message is acknowledged too early.</summary>
    public const string AnswersEarly = "broken-silo";

    /// <summary>The Bench is a silo whose store is slow for one instance and fails for another.</summary>
    public const string HasStuckInstances = "stuck-silo";

    /// <summary>Runs such a silo.</summary>
    public static async Task<int> RunAsync(string command)
    {
        Action<IServiceCollection> fault = command == AnswersEarly
            ? services => services.AddSingleton<IOutgoingGrainCallFilter, AnswerBeforeEffect>()
            : StuckStorage.Decorate;
        using var subscription = DiagnosticListener.AllListeners.Subscribe(new BrokenSilo(fault));
        var stop = StopRequest.Listen();
        var options = await StartUp.LoadConfigurationAsync(stop);
        await using var store = await StartUp.OpenStoreAsync(options, stop);
        await using var app = SiloHost.Build(options, store, localPubSub: null, stop);
        return await SiloHost.RunAsync(app, stop) ?? ProcessEnd.Temporary;
    }

    public void OnNext(DiagnosticListener value)
    {
        if (value.Name == "Microsoft.Extensions.Hosting")
        {
            value.Subscribe(this);
        }
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value is { Key: "HostBuilding", Value: IHostBuilder builder })
        {
            builder.ConfigureServices(fault);
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }
}

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
