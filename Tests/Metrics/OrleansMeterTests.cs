using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using OrleansSie.Silo.Metrics;
using OrleansSie.Testing;
using OrleansSie.Tests.EndToEnd;
using Xunit;

namespace OrleansSie.Tests.Metrics;

/// <summary>Which of Orleans' own instruments are served.</summary>
public sealed class OrleansMeterTests
{
    [Fact]
    public async Task Silo_ServesTheListedInstrumentsOfOrleans_AndNoOthers()
    {
        using var folder = new TemporaryFolder();
        await using var silo = await LocalSilo.StartAsync(folder.Path);
        await silo.PubSub.PublishAsync(LocalSilo.Creations, Entries.Creation());
        var document = await silo.SettledAsync(m => m.Messages("created") == 1);

        var made = Instruments();
        Assert.Equal(typeof(ObservableGauge<>), made.GetValueOrDefault(OrleansMeterBridge.Activations));
        Assert.All(OrleansMeterBridge.Counters, counter => Assert.Equal(typeof(Counter<>), made.GetValueOrDefault(counter.Instrument)));
        var served = document.Text.Split('\n').Where(line => line.StartsWith("orleans_", StringComparison.Ordinal)).ToList();
        Assert.Equal(
            OrleansMeterBridge.Counters.Select(counter => counter.Name).Append($"{MetricNames.OrleansActivations}{{{MetricNames.GrainTypeLabel}=").Order(StringComparer.Ordinal),
            served.Select(line => line.Split(' ', '"')[0]).Distinct().Order(StringComparer.Ordinal));
        Assert.Contains($"{MetricNames.OrleansActivations}{{{MetricNames.GrainTypeLabel}=\"cluster\"}} 1", served);
    }

    [Fact]
    public async Task Counter_OfThisSilo_IsServedWithoutItsTags_AndThatOfAnotherSiloIsNot()
    {
        using var mine = new ServiceCollection().AddMetrics().BuildServiceProvider();
        using var other = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var metrics = new MetricsRegistry();
        using var bridge = new OrleansMeterBridge(metrics, mine.GetRequiredService<IMeterFactory>());
        await bridge.StartAsync(TestContext.Current.CancellationToken);

        Expire(mine, 2, "Send");
        Expire(mine, 3, "Receive");
        Expire(other, 100, "Send");

        using var text = new MemoryStream();
        await metrics.WriteAsync(text, ExpositionForm.text, TestContext.Current.CancellationToken);
        Assert.Equal(5, new Exposition(System.Text.Encoding.UTF8.GetString(text.ToArray())).Value(MetricNames.OrleansExpired));
    }

    private static void Expire(ServiceProvider silo, int count, string phase) => silo.GetRequiredService<IMeterFactory>()
        .Create(OrleansMeterBridge.MeterName)
        .CreateCounter<int>("orleans-messaging-expired")
        .Add(count, new KeyValuePair<string, object?>("Phase", phase));

    /// <summary>The instruments that Orleans has made in this process, by kind.</summary>
    private static ConcurrentDictionary<string, Type> Instruments()
    {
        var made = new ConcurrentDictionary<string, Type>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == OrleansMeterBridge.MeterName)
                {
                    made.TryAdd(instrument.Name, instrument.GetType().GetGenericTypeDefinition());
                }
            },
        };
        listener.Start();
        return made;
    }
}
