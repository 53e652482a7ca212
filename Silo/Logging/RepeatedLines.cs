using System.Globalization;

namespace OrleansSie.Silo.Logging;

/// <summary>
/// Bounds the lines at warn and above. A minute holds one line of a kind with an exception, else five. When the minute is over, and at the
/// end of the process, one line stands for all that were left out, with their number. A bounded number of kinds is remembered.
/// </summary>
internal sealed class RepeatedLines : IDisposable
{
    private const int Kinds = 256;
    private const int WithoutException = 5;
    private static readonly TimeSpan _minute = TimeSpan.FromMinutes(1);

    private readonly Dictionary<LineKind, Repeats> _kinds = [];
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;

    public RepeatedLines(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(_ => WriteLeftOut(_minute), null, _minute / 6, _minute / 6);
    }

    /// <summary>Writes the line, or leaves it out and counts it.</summary>
    /// <returns>Whether it was written.</returns>
    public bool Admit(LineKind kind, bool hasException, LogLine line, Action<LogLine> write)
    {
        lock (_lock)
        {
            kind = _kinds.Count < Kinds || _kinds.ContainsKey(kind) ? kind : kind.WithoutValues();
            var now = _time.GetUtcNow();
            if (!_kinds.TryGetValue(kind, out var repeats) || (repeats.LeftOut == 0 && now - repeats.Since >= _minute))
            {
                _kinds[kind] = repeats = new Repeats(now);
            }

            if (repeats.Written >= (hasException ? 1 : WithoutException))
            {
                repeats.LeftOut++;
                repeats.WriteLast = count => write(line.For(count, repeats.Since));
                return false;
            }

            repeats.Written++;
        }

        write(line);
        return true;
    }

    public void Dispose()
    {
        _timer.Dispose();
        WriteLeftOut(TimeSpan.Zero);
    }

    private void WriteLeftOut(TimeSpan age)
    {
        var lines = new List<Action>();
        lock (_lock)
        {
            var now = _time.GetUtcNow();
            foreach (var (kind, repeats) in _kinds.Where(k => now - k.Value.Since >= age).ToList())
            {
                _kinds.Remove(kind);
                if (repeats.LeftOut > 0)
                {
                    lines.Add(() => repeats.WriteLast(repeats.LeftOut));
                    _kinds[kind] = new Repeats(now) { Written = 1 };
                }
            }
        }

        lines.ForEach(write => write());
    }

    private sealed class Repeats(DateTimeOffset since)
    {
        public DateTimeOffset Since => since;

        public int Written { get; set; }

        public int LeftOut { get; set; }

        public Action<int> WriteLast { get; set; } = _ => { };
    }
}

/// <summary>Two lines are of one kind if they have the same logger, event and subject.</summary>
internal readonly record struct LineKind(string Category, LogLevel Level, int Event, string Template, string Subject)
{
    private const string TemplateName = "{OriginalFormat}";

    /// <summary>
    /// The names of values that are the subject of one of our own lines. Each has few values, so that lines about one subject do not hide
    /// those about another.
    /// </summary>
    private static readonly HashSet<string> _subjects = ["Outcome", "Subscription", "Store", "Project", "Cluster"];

    /// <summary>Whether a named value is the line's subject or its template.</summary>
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

    /// <summary>The same without values from outside: there are only as many of these as the code has log messages.</summary>
    public LineKind WithoutValues() => this with { Template = "", Subject = "" };
}
