namespace OrleansSie.Silo.Configuration;

/// <summary>How log lines are written. The names are the values of <c>log_format</c>.</summary>
internal enum LogFormat
{
    /// <summary>For people: one readable line an entry.</summary>
    text,

    /// <summary>For log collectors: one JSON object an entry.</summary>
    json,
}
