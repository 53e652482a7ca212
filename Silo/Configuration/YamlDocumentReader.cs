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

    private readonly List<ConfigurationError> _faults;
    private readonly Dictionary<string, RawValue> _values = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _lines = new(StringComparer.Ordinal);

    private YamlDocumentReader(List<ConfigurationError> faults) => _faults = faults;

    /// <summary>The values by key. A key without a value (null) is as good as left out.</summary>
    /// <exception cref="YamlDotNet.Core.YamlException">The text is not YAML.</exception>
    public static IReadOnlyDictionary<string, RawValue> Read(string text, List<ConfigurationError> faults)
    {
        var reader = new YamlDocumentReader(faults);
        var roots = YamlNode.Parse(text);
        if (roots is [_, var second, ..])
        {
            faults.Add(new($"the file holds a second document (line {second.Line})", "remove it and the '---' before it"));
        }

        if (roots is [var (line, root), ..])
        {
            reader.ReadRoot(root, line);
        }

        return reader._values;
    }

    private void ReadRoot(YamlNode? root, long line)
    {
        if (root?.Start is MappingStart)
        {
            ReadSection(root, string.Empty);
        }
        else if (root?.IsNull is not true)
        {
            _faults.Add(new(
                $"the file holds {Kind(root)} (line {line}) where keys belong", "write lines of the form 'project_name: example-project'"));
        }
    }

    private void ReadSection(YamlNode section, string prefix)
    {
        for (var at = 0; at < section.Items.Count; at += 2)
        {
            var (line, key) = section.Items[at];
            if (at + 1 == section.Items.Count)
            {
                // YamlDotNet 18.1 leaves out the missing key of an indented ': value', so that its value stands where a key belongs.
                _faults.Add(Unknown(prefix, line, isShown: true));
                return;
            }

            var name = key?.Start is Scalar scalar ? scalar.Value : string.Empty;
            ReadEntry(prefix + name, section.Items[at + 1].Node, line, isInline: section.Start is MappingStart { Style: MappingStyle.Flow });
        }
    }

    private void ReadEntry(string path, YamlNode? value, long line, bool isInline)
    {
        if (!_sections.Contains(path) && path != ProjectKeys.List && !ConfigurationKeys.ByPath.ContainsKey(path))
        {
            _faults.Add(Unknown(path, line, isShown: !isInline));
        }
        else if (!_lines.TryAdd(path, line))
        {
            _faults.Add(new($"{path} stands on line {_lines[path]} and again on line {line}", "keep one of them"));
        }
        else if (value is null)
        {
            _faults.Add(new($"{path} (line {line}) refers to an anchor that the file does not set before", "write the value itself"));
        }
        else if (!value.IsNull)
        {
            ReadKnown(path, value, line);
        }
    }

    private void ReadKnown(string path, YamlNode value, long line)
    {
        switch (value.Start)
        {
            case MappingStart when _sections.Contains(path):
                ReadSection(value, path + ".");
                break;
            case SequenceStart when path == ProjectKeys.List:
                ReadList(value);
                break;
            case Scalar scalar when ConfigurationKeys.ByPath.ContainsKey(path):
                _values[path] = new() { Text = scalar.Value, Place = $"{path} (line {line})", FromEnvironment = false, IsBoolean = value.IsBoolean };
                break;
            default:
                _faults.Add(new($"{path} (line {line}) is {Kind(value)}", WhatBelongs(path)));
                break;
        }
    }

    private void ReadList(YamlNode list)
    {
        foreach (var (index, (line, entry)) in list.Items.Index())
        {
            if (index == ProjectKeys.MaxEntries)
            {
                _faults.Add(new(
                    $"{ProjectKeys.List} has more than {ProjectKeys.MaxEntries} entries (line {line})",
                    "watch a folder or the organisation by one sink instead"));
                return;
            }

            var keys = ProjectKeys.Entries[index];
            if (entry?.Start is MappingStart)
            {
                ReadSection(entry, keys.Entry + ".");
            }
            else
            {
                var kind = entry is null ? "an anchor that the file does not set before" : Kind(entry);
                _faults.Add(new($"{keys.Entry} (line {line}) is {kind}", $"give {string.Join(", ", keys.All.Select(key => key.Path))}"));
            }
        }
    }

    private static string WhatBelongs(string path)
    {
        if (ConfigurationKeys.ByPath.TryGetValue(path, out var key))
        {
            return $"give {key.Accepts}";
        }

        var keys = ConfigurationKeys.All.Select(key => key.Path)
            .Where(key => key.StartsWith(path + ".", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
        return path == ProjectKeys.List
            ? "it is a list: give entries of the form '- name: example-project'"
            : $"it is a section: give {string.Join(", ", keys)}";
    }

    /// <summary>
    /// Between braces, whatever follows a comma reads as a key, also when it is the rest of a secret. So no name from there is shown.
    /// </summary>
    private static ConfigurationError Unknown(string path, long line, bool isShown)
    {
        var meant = NearMiss.Of(path, ConfigurationKeys.PathsNear(path).Concat(_sections).Append(ProjectKeys.List));
        var remedy = meant is null ? "remove it; docs/configuration.md lists every key" : $"did you mean '{meant}'?";
        return new($"unknown key {Wording.Name(isShown ? path : string.Empty)} (line {line})", remedy);
    }

    private static string Kind(YamlNode? node) => node?.Start switch
    {
        MappingStart => "a section",
        SequenceStart => "a list",
        _ => "a single value",
    };
}
