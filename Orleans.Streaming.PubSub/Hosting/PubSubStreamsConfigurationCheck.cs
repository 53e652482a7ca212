using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Orleans.Streaming.PubSub;

/// <summary>Refuses the start of a silo whose provider cannot work, with all reasons at once. Orleans runs it before anything else starts.</summary>
internal sealed class PubSubStreamsConfigurationCheck(string provider, IServiceProvider services) : IConfigurationValidator
{
    public void ValidateConfiguration()
    {
        var faults = new List<string>();
        try
        {
            services.GetRequiredService<IOptionsMonitor<PubSubStreamOptions>>().Get(provider);
        }
        catch (OptionsValidationException e)
        {
            faults.AddRange(e.Failures);
        }

        if (!HasDecoder())
        {
            faults.Add($"Pub/Sub streams '{provider}': no {nameof(IPubSubMessageDecoder)} is registered; add one to the services, keyed '{provider}' or without a key");
        }

        if (faults.Count > 0)
        {
            throw new Runtime.OrleansConfigurationException(string.Join(Environment.NewLine, faults));
        }
    }

    private bool HasDecoder() =>
        services.GetRequiredService<IServiceProviderIsKeyedService>().IsKeyedService(typeof(IPubSubMessageDecoder), provider)
        || services.GetRequiredService<IServiceProviderIsService>().IsService(typeof(IPubSubMessageDecoder));
}
