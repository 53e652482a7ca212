namespace OrleansSie.Silo.Hosting;

/// <summary>Log lines of a silo's start. Event ids 220 to 222 and 225.</summary>
internal static partial class Log
{
    [LoggerMessage(EventId = 220, EventName = nameof(Starting), Level = LogLevel.Information,
        Message = "OrleansSie {Version} starts. Its configuration file: {File}")]
    public static partial void Starting(this ILogger logger, string version, string file);

    [LoggerMessage(EventId = 225, EventName = nameof(Settings), Level = LogLevel.Information, Message = "{Settings}")]
    public static partial void Settings(this ILogger logger, string settings);

    [LoggerMessage(EventId = 221, EventName = nameof(Notice), Level = LogLevel.Information, Message = "{Notice}")]
    public static partial void Notice(this ILogger logger, string notice);

    [LoggerMessage(EventId = 222, EventName = nameof(JoinInterrupted), Level = LogLevel.Warning,
        Message = "The membership table fell away while this silo joins, and is tried again until it answers; check that its store runs and can be reached: {Reason}")]
    public static partial void JoinInterrupted(this ILogger logger, Exception exception, string reason);
}
