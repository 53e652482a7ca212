using Microsoft.Extensions.Logging.Console;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Logging;

namespace OrleansSie.Silo.Hosting;

/// <summary>Logs to standard output, one line an event, as text or JSON, times in UTC; bounded, see <see cref="BoundedLoggerProvider"/>.</summary>
internal static class SiloLogging
{
    private const string TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";

    /// <summary>The log of what comes before and around the silo.</summary>
    public static ILoggerFactory Create(SieOptions options) => LoggerFactory.Create(logging => logging.AddSiloLogging(options));

    public static ILoggingBuilder AddSiloLogging(this ILoggingBuilder logging, SieOptions options)
    {
        logging.SetMinimumLevel(options.LogLevel);

        // Orleans tells of every stream and activation, ASP.NET of every scrape: only their warnings are for operators.
        logging.AddFilter("Orleans", AtLeast(options.LogLevel, LogLevel.Warning));

        // Filters go by the beginning of a name: without this one, that of Orleans would silence our own.
        logging.AddFilter(nameof(OrleansSie), options.LogLevel);
        logging.AddFilter("Microsoft", AtLeast(options.LogLevel, LogLevel.Warning));

        // Advice on the garbage collector that does not fit a small process, and a first check that reports the machine's uptime.
        logging.AddFilter("Orleans.Runtime.Silo", AtLeast(options.LogLevel, LogLevel.Error));
        logging.AddFilter("Orleans.Runtime.Watchdog", AtLeast(options.LogLevel, LogLevel.Error));

        // It logs each failure and throws it: whoever called it tells.
        logging.AddFilter("Orleans.Persistence.RedisGrainStorage", options.LogLevel <= LogLevel.Debug ? LogLevel.Warning : LogLevel.Critical);
        logging.AddFilter("Polly", AtLeast(options.LogLevel, LogLevel.Warning));
        logging.AddFilter("Orleans.Streaming.PubSub", options.LogLevel);
        logging.AddFilter("Orleans.Clustering.Kubernetes", options.LogLevel);
        _ = options.LogFormat == LogFormat.json
            ? logging.AddJsonConsole(json =>
            {
                json.UseUtcTimestamp = true;
                json.TimestampFormat = TimestampFormat.TrimEnd();
            })
            : logging.AddSimpleConsole(text =>
            {
                text.SingleLine = true;
                text.UseUtcTimestamp = true;
                text.TimestampFormat = TimestampFormat;
            });

        // The console stands behind what bounds it, and nothing writes beside that.
        logging.ClearProviders();
        logging.Services.AddSingleton<ConsoleLoggerProvider>();
        logging.Services.AddSingleton<ILoggerProvider>(services => new BoundedLoggerProvider(
            services.GetRequiredService<ConsoleLoggerProvider>(), options.LogLevel <= LogLevel.Debug, TimeProvider.System));
        return logging;
    }

    private static LogLevel AtLeast(LogLevel a, LogLevel b) => a > b ? a : b;
}
