using System.Globalization;

namespace OrleansSie.Silo.Logging;

/// <summary>What makes two lines of trouble the same: who logs them, which event it is, and what it is about.</summary>
internal readonly record struct LineKind(string Category, LogLevel Level, int Event, string Template, string Subject)
{
    private const string TemplateName = "{OriginalFormat}";

    /// <summary>The named values that tell what one of our own lines is about. Each has few values, so that lines about one do not hide those about another.</summary>
    private static readonly HashSet<string> _subjects = ["Outcome", "Subscription", "Store", "Project", "Cluster"];

    /// <summary>Whether a named value is what the line is about, or its template.</summary>
    public static bool IsSubject(string name) => name == TemplateName || _subjects.Contains(name);

    public static LineKind Of(string category, LogLevel level, EventId eventId, IReadOnlyList<KeyValuePair<string, object?>> values)
    {
        var (template, subject) = ("", "");
        foreach (var (name, value) in values)
        {
            if (name == TemplateName)
            {
                template = value as string ?? "";
            }
            else if (_subjects.Contains(name))
            {
                subject += string.Create(CultureInfo.InvariantCulture, $"{name}={value} ");
            }
        }

        return new(category, level, eventId.Id, template, subject);
    }

    /// <summary>The same without what may come from outside: of these there are as many as the code has lines.</summary>
    public LineKind WithoutValues() => this with { Template = "", Subject = "" };
}
