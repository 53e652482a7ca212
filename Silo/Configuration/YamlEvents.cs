using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace OrleansSie.Silo.Configuration;

/// <summary>The events of a YAML text by position, so that a node can be visited again where an alias refers to it.</summary>
internal sealed class YamlEvents
{
    private const char ByteOrderMark = '\uFEFF';

    private readonly List<ParsingEvent> _events = [];
    private readonly List<int> _roots = [];
    private readonly Dictionary<int, int> _targets = [];

    private YamlEvents()
    {
    }

    /// <summary>Positions of the documents' root nodes.</summary>
    public IReadOnlyList<int> Roots => _roots;

    /// <summary>The event at a position.</summary>
    public ParsingEvent this[int at] => _events[at];

    /// <exception cref="YamlException">The text is not YAML; the exception's start is the place.</exception>
    public static YamlEvents Parse(string text)
    {
        ThrowIfNotText(text);
        var events = new YamlEvents();
        var scanner = new Scanner(new StringReader(text.TrimStart(ByteOrderMark)));
        var parser = new Parser(scanner);
        var anchors = new Dictionary<AnchorName, int>();
        try
        {
            while (parser.MoveNext())
            {
                events.Add(parser.Current!, anchors);
            }
        }
        catch (Exception exception) when (exception is not YamlException { Start.Index: > 0 })
        {
            // Whatever the parser throws at a text, the text is at fault: YamlDotNet 18.1 throws InvalidOperationException at a bracket
            // that is never closed, ArgumentException at some tags, and a YamlException without a place at a tab used as indentation.
            // The scanner knows how far it came.
            throw new YamlException(scanner.CurrentPosition, scanner.CurrentPosition, exception.Message, exception);
        }

        return events;
    }

    /// <summary>Line of an event, counted from 1.</summary>
    public long Line(int at) => _events[at].Start.Line;

    /// <summary>The position after the whole node that begins at <paramref name="at"/>.</summary>
    public int After(int at)
    {
        var depth = 0;
        do
        {
            depth += _events[at++].NestingIncrease;
        }
        while (depth > 0);
        return at;
    }

    /// <summary>Where the node at <paramref name="at"/> stands: there, or where its alias refers to; -1 for an alias of nothing.</summary>
    public int Target(int at) => _events[at] is AnchorAlias ? _targets.GetValueOrDefault(at, -1) : at;

    /// <summary>The first event of the node at <paramref name="at"/>, its alias followed; null for an alias of nothing.</summary>
    public ParsingEvent? Resolved(int at) => Target(at) is var target and >= 0 ? _events[target] : null;

    /// <summary>YamlDotNet takes a NUL for the end of the text, so that whatever follows would be ignored in silence.</summary>
    private static void ThrowIfNotText(string text)
    {
        var at = text.IndexOf('\0', StringComparison.Ordinal);
        if (at >= 0)
        {
            var before = text.AsSpan(0, at);
            var place = new Mark(at, before.Count('\n') + 1, at - before.LastIndexOf('\n'));
            throw new YamlException(place, place, "The text holds a NUL character.");
        }
    }

    private void Add(ParsingEvent next, Dictionary<AnchorName, int> anchors)
    {
        if (_events is [.., DocumentStart])
        {
            _roots.Add(_events.Count);
        }

        if (next is AnchorAlias alias && anchors.TryGetValue(alias.Value, out var target))
        {
            _targets[_events.Count] = target;
        }
        else if (next is NodeEvent { Anchor.IsEmpty: false } node)
        {
            anchors[node.Anchor] = _events.Count;
        }

        _events.Add(next);
    }
}
