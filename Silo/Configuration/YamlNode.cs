using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace OrleansSie.Silo.Configuration;

/// <summary>A node of a YAML text: a value, a mapping or a sequence. It stands in the tree again wherever an alias refers to it.</summary>
internal sealed class YamlNode
{
    private const char ByteOrderMark = '\uFEFF';

    private YamlNode(NodeEvent start) => Start = start;

    /// <summary>The event that it begins with: a <see cref="Scalar"/> is all of a value.</summary>
    public NodeEvent Start { get; }

    /// <summary>
    /// The entries of a sequence, or the keys and values of a mapping by turns: the line, counted from 1, and the node, which is null for
    /// an alias of nothing.
    /// </summary>
    public List<(long Line, YamlNode? Node)> Items { get; } = [];

    /// <summary>Whether it is YAML's null.</summary>
    public bool IsNull => Unquoted is "" or "~" or "null" or "Null" or "NULL";

    /// <summary>Whether it is YAML's true or false.</summary>
    public bool IsBoolean => Unquoted is "true" or "True" or "TRUE" or "false" or "False" or "FALSE";

    private string? Unquoted => Start is Scalar { Style: ScalarStyle.Plain, Tag.IsEmpty: true } scalar ? scalar.Value : null;

    /// <summary>The root nodes of the text's documents.</summary>
    /// <exception cref="YamlException">The text is not YAML; the exception's start is the place.</exception>
    public static List<(long Line, YamlNode? Node)> Parse(string text)
    {
        ThrowIfNotText(text);
        var scanner = new Scanner(new StringReader(text.TrimStart(ByteOrderMark)));
        var parser = new Parser(scanner);
        var roots = new List<(long Line, YamlNode? Node)>();
        var open = new Stack<List<(long Line, YamlNode? Node)>>([roots]);
        var anchors = new Dictionary<AnchorName, YamlNode>();
        try
        {
            while (parser.MoveNext())
            {
                Add(parser.Current!, open, anchors);
            }
        }
        catch (Exception exception) when (exception is not YamlException { Start.Index: > 0 })
        {
            // Any exception of the parser means that the text is at fault: YamlDotNet 18.1 throws InvalidOperationException at a bracket
            // that is never closed, ArgumentException at some tags, and a YamlException without a place at a tab used as indentation.
            // The scanner knows the place.
            throw new YamlException(scanner.CurrentPosition, scanner.CurrentPosition, exception.Message, exception);
        }

        return roots;
    }

    private static void Add(ParsingEvent next, Stack<List<(long Line, YamlNode? Node)>> open, Dictionary<AnchorName, YamlNode> anchors)
    {
        switch (next)
        {
            case AnchorAlias alias:
                open.Peek().Add((alias.Start.Line, anchors.GetValueOrDefault(alias.Value)));
                break;
            case NodeEvent start:
                var node = new YamlNode(start);
                open.Peek().Add((start.Start.Line, node));
                if (!start.Anchor.IsEmpty)
                {
                    anchors[start.Anchor] = node;
                }

                if (start is not Scalar)
                {
                    open.Push(node.Items);
                }

                break;
            case MappingEnd or SequenceEnd:
                open.Pop();
                break;
        }
    }

    /// <summary>YamlDotNet takes a NUL for the end of the text, so that everything after it would be ignored without a word.</summary>
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
}
