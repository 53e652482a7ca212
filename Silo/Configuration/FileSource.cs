using System.Security;
using YamlDotNet.Core;

namespace OrleansSie.Silo.Configuration;

/// <summary>The file's part of the configuration.</summary>
internal static class FileSource
{
    /// <summary>The variable that holds the file's path.</summary>
    public const string PathVariable = "CONFIG_PATH";

    /// <summary>The values of the file by key, or null when the file as a whole cannot be used, which is reported.</summary>
    public static IReadOnlyDictionary<string, RawValue>? Read(string path, Func<string, string> readFile, List<ConfigurationError> faults)
    {
        var place = $"{PathVariable} is {Wording.Value(path)}";
        if (!TryRead(path, readFile, out var text, out var reason))
        {
            faults.Add(new($"{place}, which {reason}", "give the path of a readable YAML file"));
            return null;
        }

        try
        {
            return YamlDocumentReader.Read(text, faults);
        }
        catch (YamlException exception)
        {
            // The library's own message may repeat a part of the file, and with it a secret.
            faults.Add(new(
                $"{place}, which is not YAML (line {exception.Start.Line}, column {exception.Start.Column})",
                "mend it there: indent with spaces, and quote text that holds ': ' or ' #' or begins with a special character"));
            return null;
        }
    }

    /// <summary>Reads a file, or says why that cannot be done, without the file's name.</summary>
    public static bool TryRead(string path, Func<string, string> readFile, out string text, out string reason)
    {
        (text, reason) = (string.Empty, string.Empty);
        try
        {
            text = readFile(path);
            return true;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            reason = "does not exist";
        }
        catch (Exception exception) when (exception is UnauthorizedAccessException or SecurityException)
        {
            reason = "is a directory or may not be read by this user";
        }
        catch (Exception exception) when (exception is IOException or ArgumentException or NotSupportedException)
        {
            reason = "cannot be read";
        }

        return false;
    }
}
