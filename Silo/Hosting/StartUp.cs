using System.Collections;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.LocalPubSub;
using OrleansSie.Silo.Storage;

namespace OrleansSie.Silo.Hosting;

/// <summary>The steps before the silo: each either succeeds or ends the start with a message that says what to do.</summary>
internal static class StartUp
{
    private const string CreationTopic = "sie-creation-topic";
    private const string InterruptionTopic = "sie-interruption-topic";

    /// <summary>The configuration. A stop does not wait for a file that cannot be read, as on a share that hangs.</summary>
    public static Task<SieOptions> LoadConfigurationAsync(StopRequest stop) => Task.Run(LoadConfiguration, stop.Token).WaitAsync(stop.Token);

    public static void RefuseTakenPorts(SieOptions options)
    {
        if (Ports.Taken(options) is { Count: > 0 } taken)
        {
            throw new StartUpException(string.Join('\n', taken));
        }
    }

    /// <summary>Writes the first lines of the log: the version, the settings, and what an operator should know about them.</summary>
    public static void LogSettings(SieOptions options, ILoggerFactory logging)
    {
        var logger = logging.CreateLogger(nameof(StartUp));
        logger.Starting(BuildVersion.Version, options.Source ?? "none");
        foreach (var line in StartLines.Of(options))
        {
            logger.Settings(line);
        }

        foreach (var notice in options.Notices)
        {
            logger.Notice(notice);
        }
    }

    /// <summary>Opens the embedded store, or prepares the connection to Redis, which is made later: <see cref="WaitForStores"/>.</summary>
    public static async Task<StoreClient> OpenStoreAsync(SieOptions options, StopRequest? stop = null)
    {
        var end = stop?.Token ?? CancellationToken.None;
        var storage = options.Storage;
        try
        {
            switch (storage.Provider)
            {
                case StorageProvider.embedded:
                    var settings = new EmbeddedStoreSettings { Path = storage.Path, Memory = storage.Memory };
                    return new StoreClient(await EmbeddedStore.StartAsync(settings, end).WaitAsync(end));
                case StorageProvider.redis:
                    return new StoreClient(redis: RedisClient.From(storage.Redis), serviceId: options.Clustering.ServiceId);
                default:
                    return new StoreClient();
            }
        }
        catch (StoreStartException e)
        {
            throw new StartUpException(e.Message, e);
        }
    }

    /// <summary>The Pub/Sub of local mode, with the original's topics and the configured subscriptions; null outside local mode.</summary>
    public static async Task<LocalPubSubServer?> StartLocalPubSubAsync(
        SieOptions options, ILoggerFactory logging, StopRequest? stop = null)
    {
        if (!options.IsLocal)
        {
            return null;
        }

        string Topic(string name) => $"projects/{options.ProjectName}/topics/{name}";
        string Subscription(string name) => name.Contains('/', StringComparison.Ordinal) ? name : $"projects/{options.ProjectName}/subscriptions/{name}";
        try
        {
            return await LocalPubSubServer.StartAsync(
                new LocalPubSubSettings
                {
                    Port = options.Local.PubSubPort,
                    Logging = logging,
                    Ready =
                    [
                        (Topic(CreationTopic), Subscription(options.PubSub.InstanceCreationSubscriptionName)),
                        (Topic(InterruptionTopic), Subscription(options.PubSub.InstanceInterruptionSubscriptionName)),
                    ],
                },
                stop?.Token ?? CancellationToken.None);
        }
        catch (InvalidOperationException e)
        {
            throw new StartUpException(e.Message, e);
        }
    }

    private static SieOptions LoadConfiguration()
    {
        var environment = Environment.GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .ToDictionary(e => (string)e.Key, e => (string?)e.Value ?? "", StringComparer.Ordinal);
        try
        {
            return ConfigurationLoader.Load(environment, File.ReadAllText);
        }
        catch (ConfigurationException e)
        {
            throw new StartUpException($"The configuration cannot be used:\n{e.Message}", e);
        }
    }
}

/// <summary>A start that cannot succeed; the message is for the operator and says what to do.</summary>
internal sealed class StartUpException(string message, Exception? innerException = null) : Exception(message, innerException);
