using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Orleans.Streaming.PubSub;

/// <summary>Reports all faults of a provider's options at once, each with the option and the provider.</summary>
internal sealed partial class PubSubStreamOptionsValidator(string provider) : IValidateOptions<PubSubStreamOptions>
{
    private const long LeastBytes = 20L * 1024 * 1024;

    public ValidateOptionsResult Validate(string? name, PubSubStreamOptions options)
    {
        if (name != provider)
        {
            return ValidateOptionsResult.Skip;
        }

        var faults = Subscriptions(options).Concat(Sizes(options)).Concat(Times(options)).Concat(Address(options)).ToList();
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults.Select(f => $"Pub/Sub streams '{provider}': {f}"));
    }

    private static IEnumerable<string> Subscriptions(PubSubStreamOptions options)
    {
        if (options.Subscriptions is not { Count: > 0 })
        {
            yield return "Subscriptions is empty; name at least one, as projects/{project}/subscriptions/{name}";
            yield break;
        }

        foreach (var bad in options.Subscriptions.Where(s => s is null || !FullName().IsMatch(s)))
        {
            yield return $"Subscriptions has '{bad}'; the form is projects/{{project}}/subscriptions/{{name}}";
        }

        foreach (var twice in options.Subscriptions.GroupBy(s => s, StringComparer.Ordinal).Where(g => g.Count() > 1))
        {
            yield return $"Subscriptions has '{twice.Key}' more than once";
        }
    }

    private static IEnumerable<string> Sizes(PubSubStreamOptions options)
    {
        if (options.QueueCapacity is < 1 or > 1_000_000)
        {
            yield return $"QueueCapacity is {options.QueueCapacity}; it must be 1 to 1000000";
        }

        if (options.MaxBatchMessages is < 1 or > 1000)
        {
            yield return $"MaxBatchMessages is {options.MaxBatchMessages}; it must be 1 to 1000";
        }

        if (options.MaxPullMessages is < 1 or > 1000)
        {
            yield return $"MaxPullMessages is {options.MaxPullMessages}; it must be 1 to 1000";
        }

        if (options.ConcurrentPulls is < 1 or > 32)
        {
            yield return $"ConcurrentPulls is {options.ConcurrentPulls}; it must be 1 to 32";
        }

        if (options.MaxBytes < LeastBytes)
        {
            yield return $"MaxBytes is {options.MaxBytes}; it must be at least {LeastBytes}, twice the largest message";
        }

        if (options.CircuitFailureThreshold < 2)
        {
            yield return $"CircuitFailureThreshold is {options.CircuitFailureThreshold}; it must be at least 2, for one bad message must not open the circuit";
        }
    }

    private static IEnumerable<string> Times(PubSubStreamOptions options)
    {
        (string Name, TimeSpan Value, TimeSpan Least, TimeSpan Most)[] ranges =
        [
            (nameof(options.LeaseDuration), options.LeaseDuration, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(600)),
            (nameof(options.MaxLeaseAge), options.MaxLeaseAge, options.LeaseDuration, TimeSpan.FromDays(1)),
            (nameof(options.ShutdownTimeout), options.ShutdownTimeout, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(30)),
            (nameof(options.CircuitBreakMin), options.CircuitBreakMin, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(30)),
            (nameof(options.CircuitBreakMax), options.CircuitBreakMax, options.CircuitBreakMin, TimeSpan.FromMinutes(30)),
        ];
        return ranges.Where(r => r.Value < r.Least || r.Value > r.Most)
            .Select(r => $"{r.Name} is {r.Value}; it must be {r.Least} to {r.Most}");
    }

    private static IEnumerable<string> Address(PubSubStreamOptions options)
    {
        if (options.EmulatorHost is { } host)
        {
            if (!HostAndPort().IsMatch(host))
            {
                yield return $"EmulatorHost is '{host}'; the form is host:port, without a scheme";
            }
        }
        else if (!Uri.TryCreate(options.Endpoint, UriKind.Absolute, out var uri) || uri.Scheme != Uri.UriSchemeHttps)
        {
            yield return $"Endpoint is '{options.Endpoint}'; it must be an https address, for it is sent credentials (for an emulator set EmulatorHost)";
        }
    }

    [GeneratedRegex("^projects/[^/\\s]+/subscriptions/[^/\\s]+$", RegexOptions.CultureInvariant)]
    private static partial Regex FullName();

    [GeneratedRegex("^(\\[[0-9a-fA-F:.]+\\]|[^/:\\s]+):[0-9]{1,5}$", RegexOptions.CultureInvariant)]
    private static partial Regex HostAndPort();
}

/// <summary>
/// Refuses the start of a silo whose provider cannot work, with all reasons at once. Orleans runs it before any other part.
/// </summary>
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
