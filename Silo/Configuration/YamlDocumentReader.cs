using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace OrleansSie.Silo.Configuration;

/// <summary>
/// Takes the values of known keys out of one YAML document and reports everything else in it: keys that do not exist or stand twice,
/// sections where a value belongs and the other way round. Goes on after a fault, which YamlDotNet's own object models do not.
/// </summary>
internal sealed class YamlDocumentReader
{
    private static readonly HashSet<string> _sections = ConfigurationKeys.All.Select(key => key.Path)
        .SelectMany(key => key.Select((c, at) => c == '.' ? key[..at] : string.Empty))
        .Where(section => section.Length > 0)
        .ToHashSet(StringComparer.Ordinal);

    private readonly YamlEvents _events;
    private readonly List<ConfigurationFault> _faults;
    private readonly Dictionary<string, RawValue> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _lines = new(StringComparer.Ordinal);

    /// <exception cref="YamlException">The text is not YAML.</exception>
    public YamlDocumentReader(string text, List<ConfigurationFault> faults)
    {
        _events = YamlEvents.Parse(text);
        _faults = faults;
    }

    /// <summary>The values by key. A key without a value (null) is as good as left out.</summary>
    public IReadOnlyDictionary<string, RawValue> Read()
    {
        if (_events.Roots is [_, var second, ..])
        {
            _faults.Add(new(
                FileSource.PathVariable,
                $"the file holds a second document (line {_events.Line(second)})",
                "remove it and the '---' before it"));
        }

        if (_events.Roots is [var root, ..])
        {
            ReadRoot(root);
        }

        return _values;
    }

    private void ReadRoot(int root)
    {
        if (_events[root] is MappingStart)
        {
            ReadSection(root, string.Empty);
        }
        else if (!IsNull(_events[root]))
        {
            _faults.Add(new(
                FileSource.PathVariable,
                $"the file holds {Kind(_events[root])} (line {_events.Line(root)}) where keys belong",
                "write lines of the form 'project_name: example-project'"));
        }
    }

    private void ReadSection(int start, string prefix)
    {
        var at = start + 1;
        while (_events[at] is not MappingEnd)
        {
            var value = _events.After(at);
            if (_events[value] is MappingEnd)
            {
                // YamlDotNet 18.1 leaves out the missing key of an indented ': value', so that its value stands where a key belongs.
                _faults.Add(Unknown(prefix, _events.Line(at), isShown: true));
                return;
            }

            var name = _events.Resolved(at) is Scalar key ? key.Value : string.Empty;
            ReadEntry(prefix + name, value, _events.Line(at), isInline: ((MappingStart)_events[start]).Style == MappingStyle.Flow);
            at = _events.After(value);
        }
    }

    private void ReadEntry(string path, int value, long line, bool isInline)
    {
        var isSection = _sections.Contains(path);
        if (!isSection && path != ProjectKeys.List && !ConfigurationKeys.ByPath.ContainsKey(path))
        {
            _faults.Add(Unknown(path, line, isShown: !isInline));
        }
        else if (!_lines.TryAdd(path, line))
        {
            _faults.Add(new(path, $"{path} stands on line {_lines[path]} and again on line {line}", "keep one of them"));
        }
        else if (_events.Resolved(value) is not { } node)
        {
            _faults.Add(new(path, $"{path} (line {line}) refers to an anchor that the file does not set before", "write the value itself"));
        }
        else if (isSection)
        {
            ReadKnownSection(path, value, node, line);
        }
        else if (path == ProjectKeys.List)
        {
            ReadList(value, node, line);
        }
        else
        {
            ReadKnownKey(path, node, line);
        }
    }

    private void ReadList(int value, ParsingEvent node, long line)
    {
        if (node is not SequenceStart)
        {
            if (!IsNull(node))
            {
                _faults.Add(new(
                    ProjectKeys.List,
                    $"{ProjectKeys.List} (line {line}) is {Kind(node)}",
                    "it is a list: give entries of the form '- name: example-project'"));
            }

            return;
        }

        var at = _events.Target(value) + 1;
        for (var index = 0; _events[at] is not SequenceEnd; index++)
        {
            if (index == ProjectKeys.MaxEntries)
            {
                _faults.Add(new(
                    ProjectKeys.List,
                    $"{ProjectKeys.List} has more than {ProjectKeys.MaxEntries} entries (line {_events.Line(at)})",
                    "watch a folder or the organisation by one sink instead"));
                return;
            }

            ReadListEntry(ProjectKeys.Entries[index], at);
            at = _events.After(at);
        }
    }

    private void ReadListEntry(ProjectKeys keys, int at)
    {
        if (_events.Resolved(at) is MappingStart)
        {
            ReadSection(_events.Target(at), keys.Entry + ".");
        }
        else
        {
            var kind = _events.Resolved(at) is { } node ? Kind(node) : "an anchor that the file does not set before";
            _faults.Add(new(
                keys.Entry, $"{keys.Entry} (line {_events.Line(at)}) is {kind}", $"give {string.Join(", ", keys.All.Select(key => key.Path))}"));
        }
    }

    private void ReadKnownSection(string path, int value, ParsingEvent node, long line)
    {
        if (node is MappingStart)
        {
            ReadSection(_events.Target(value), path + ".");
        }
        else if (!IsNull(node))
        {
            var keys = ConfigurationKeys.All.Select(key => key.Path)
                .Where(key => key.StartsWith(path + ".", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal);
            _faults.Add(new(path, $"{path} (line {line}) is {Kind(node)}", $"it is a section: give {string.Join(", ", keys)}"));
        }
    }

    private void ReadKnownKey(string path, ParsingEvent node, long line)
    {
        if (node is not Scalar scalar)
        {
            _faults.Add(new(path, $"{path} (line {line}) is {Kind(node)}", $"give {ConfigurationKeys.ByPath[path].Accepts}"));
        }
        else if (!IsNull(scalar))
        {
            var isBoolean = IsUnquoted(scalar) && scalar.Value is "true" or "True" or "TRUE" or "false" or "False" or "FALSE";
            _values[path] = new() { Text = scalar.Value, Place = $"{path} (line {line})", FromEnvironment = false, IsBoolean = isBoolean };
        }
    }

    /// <summary>Between braces what follows a comma is a key, also where it is the rest of a secret: there no name is shown.</summary>
    private static ConfigurationFault Unknown(string path, long line, bool isShown)
    {
        var meant = NearMiss.Of(path, ConfigurationKeys.PathsNear(path).Concat(_sections).Append(ProjectKeys.List));
        var remedy = meant is null ? "remove it; docs/configuration.md lists every key" : $"did you mean '{meant}'?";
        var (key, name) = isShown ? (path, Wording.Name(path)) : (FileSource.PathVariable, Wording.Name(string.Empty));
        return new(key, $"unknown key {name} (line {line})", remedy);
    }

    private static string Kind(ParsingEvent node) => node switch
    {
        MappingStart => "a section",
        SequenceStart => "a list",
        _ => "a single value",
    };

    private static bool IsNull(ParsingEvent node) =>
        node is Scalar { Value: "" or "~" or "null" or "Null" or "NULL" } scalar && IsUnquoted(scalar);

    private static bool IsUnquoted(Scalar scalar) => scalar.Style == ScalarStyle.Plain && scalar.Tag.IsEmpty;
}
