using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OrleansSie.Silo.Hosting;

namespace OrleansSie.Bench.Chaos.Silos;

/// <summary>
/// The program with one fault put in from outside: a delivery is answered before the event has had its effect, so the message is
/// acknowledged too early. The code of the program is the same; the filter comes in when its host is built.
/// </summary>
internal sealed class BrokenSilo : IObserver<DiagnosticListener>, IObserver<KeyValuePair<string, object?>>
{
    /// <summary>The command under which the Bench is such a silo.</summary>
    public const string Command = "broken-silo";

    public static async Task<int> RunAsync()
    {
        using var subscription = DiagnosticListener.AllListeners.Subscribe(new BrokenSilo());
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
        // Last in the list means innermost: the witness of the delivery believes what it is told.
        if (value is { Key: "HostBuilding", Value: IHostBuilder builder })
        {
            builder.ConfigureServices(services => services.AddSingleton<IOutgoingGrainCallFilter, AnswerBeforeEffect>());
        }
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }
}
