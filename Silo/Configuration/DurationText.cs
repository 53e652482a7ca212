using System.Globalization;
using System.Text.RegularExpressions;

namespace OrleansSie.Silo.Configuration;

/// <summary>A length of time as operators write it: a whole number and its unit, such as <c>90s</c>, <c>5m</c>, <c>1h</c> or <c>45d</c>.</summary>
internal static partial class DurationText
{
    private static readonly (char Letter, TimeSpan Length)[] _units =
    [
        ('d', TimeSpan.FromDays(1)), ('h', TimeSpan.FromHours(1)), ('m', TimeSpan.FromMinutes(1)), ('s', TimeSpan.FromSeconds(1)),
    ];

    /// <summary>The time that a text says, or null if it says none.</summary>
    public static TimeSpan? Read(string text) =>
        Pattern().IsMatch(text)
            ? int.Parse(text.AsSpan(0, text.Length - 1), CultureInfo.InvariantCulture) * _units.Single(unit => unit.Letter == text[^1]).Length
            : null;

    /// <summary>The text of a time of whole seconds, in its largest unit.</summary>
    public static string Show(TimeSpan time)
    {
        var unit = _units.FirstOrDefault(unit => time.Ticks % unit.Length.Ticks == 0, _units[^1]);
        return $"{time.Ticks / unit.Length.Ticks}{unit.Letter}";
    }

    [GeneratedRegex(@"^[1-9][0-9]{0,5}[smhd]\z")]
    private static partial Regex Pattern();
}
