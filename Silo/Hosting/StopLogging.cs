using OrleansSie.Silo.Configuration;

namespace OrleansSie.Silo.Hosting;

/// <summary>
/// What an end looks like from inside is shown at <c>log_level: debug</c> alone. The frameworks tell a start that is broken off, and grains
/// that are asked while the silo leaves, as several errors with their stacks; what ends the process is told by <see cref="ProcessEnd"/> in
/// one sentence.
/// </summary>
internal static class StopLogging
{
    // These lines repeat the exception that ends a start. The second is also the beginning of Orleans' lifecycle's name.
    private static readonly string[] _ends = ["Microsoft.Extensions.Hosting.Internal.Host", "Orleans.Runtime.Silo"];

    // Silent once the process was asked to end.
    private static readonly (string Category, LogLevel Least)[] _quiet =
    [
        ("Microsoft", LogLevel.Warning),
        ("Orleans", LogLevel.Warning),
        ("Polly", LogLevel.Warning),
        ($"{nameof(OrleansSie)}.{nameof(Silo)}.{nameof(Metrics)}", LogLevel.Trace),
    ];

    /// <summary>Goes before the rules that are there.</summary>
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
            var shown = options.LogLevel > least ? options.LogLevel : least;
            logging.AddFilter(category, level => level >= shown && !stop.IsAsked);
        }
    }
}
