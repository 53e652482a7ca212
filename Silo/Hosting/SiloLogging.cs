using Microsoft.Extensions.Logging.Console;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Logging;
using OrleansSie.Silo.Totals;

namespace OrleansSie.Silo.Hosting;

/// <summary>Logs to standard output, one line an event, as text or as JSON for Cloud Logging, times in UTC; bounded, see <see cref="BoundedLoggerProvider"/>.</summary>
internal static class SiloLogging
{
    private const string TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";

    // These lines repeat the exception that ends a start. The second is also the beginning of Orleans' lifecycle's name.
    private static readonly string[] _ends = ["Microsoft.Extensions.Hosting.Internal.Host", "Orleans.Runtime.Silo"];

    // These are silent once the process was asked to end.
    private static readonly (string Category, LogLevel Least)[] _quiet =
    [
        ("Microsoft", LogLevel.Warning),
        ("Orleans", LogLevel.Warning),
        ("Polly", LogLevel.Warning),
        (typeof(ClusterSnapshots).Namespace!, LogLevel.Trace),
    ];

    /// <summary>The log of the process outside of the silo's host.</summary>
    public static ILoggerFactory Create(SieOptions options) => LoggerFactory.Create(logging => logging.AddSiloLogging(options));

    public static ILoggingBuilder AddSiloLogging(this ILoggingBuilder logging, SieOptions options)
    {
        logging.SetMinimumLevel(options.LogLevel);

        // Orleans logs every stream and activation, ASP.NET every scrape: only their warnings are for operators.
        logging.AddFilter("Orleans", AtLeast(options.LogLevel, LogLevel.Warning));

        // Filters go by the beginning of a name: without this one, that of Orleans would silence our own.
        logging.AddFilter(nameof(OrleansSie), options.LogLevel);
        logging.AddFilter("Microsoft", AtLeast(options.LogLevel, LogLevel.Warning));

        // Advice on the garbage collector that does not fit a small process, and a first check that reports the machine's uptime.
        logging.AddFilter("Orleans.Runtime.Silo", AtLeast(options.LogLevel, LogLevel.Error));
        logging.AddFilter("Orleans.Runtime.Watchdog", AtLeast(options.LogLevel, LogLevel.Error));

        // It logs each failure and throws it too; the caller logs it.
        logging.AddFilter("Orleans.Persistence.RedisGrainStorage", options.LogLevel <= LogLevel.Debug ? LogLevel.Warning : LogLevel.Critical);
        logging.AddFilter("Polly", AtLeast(options.LogLevel, LogLevel.Warning));
        logging.AddFilter("Orleans.Streaming.PubSub", options.LogLevel);
        logging.AddFilter("Orleans.Clustering.Kubernetes", options.LogLevel);
        _ = options.LogFormat == LogFormat.json
            ? logging.AddConsole(console => console.FormatterName = CloudLogFormatter.FormatterName)
                .AddConsoleFormatter<CloudLogFormatter, ConsoleFormatterOptions>()
            : logging.AddSimpleConsole(text =>
            {
                text.SingleLine = true;
                text.UseUtcTimestamp = true;
                text.TimestampFormat = TimestampFormat;
            });

        // All lines reach the console through the provider that bounds them.
        logging.ClearProviders();
        logging.Services.AddSingleton<ConsoleLoggerProvider>();
        logging.Services.AddSingleton<ILoggerProvider>(services => new BoundedLoggerProvider(
            services.GetRequiredService<ConsoleLoggerProvider>(), options.LogLevel <= LogLevel.Debug, TimeProvider.System));
        return logging;
    }

    /// <summary>
    /// Adds filters that override the existing ones: the frameworks' lines about an end are shown at <c>log_level: debug</c> alone. They
    /// report a start that is cancelled, and grains that are called while the silo leaves, as several errors with their stacks.
    /// <see cref="ProcessEnd"/> says in one sentence what ended the process.
    /// </summary>
    public static void AddStopFilters(this ILoggingBuilder logging, SieOptions options, StopRequest stop)
    {
        if (options.LogLevel <= LogLevel.Debug)
        {
            return;
        }

        foreach (var category in _ends)
        {
            logging.AddFilter(category, LogLevel.None);
        }

        foreach (var (category, least) in _quiet)
        {
            var shown = AtLeast(options.LogLevel, least);
            logging.AddFilter(category, level => level >= shown && !stop.IsAsked);
        }
    }

    private static LogLevel AtLeast(LogLevel a, LogLevel b) => a > b ? a : b;
}
