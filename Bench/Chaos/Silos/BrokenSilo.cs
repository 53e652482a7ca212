using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansSie.Silo.Hosting;

namespace OrleansSie.Bench.Chaos.Silos;

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
