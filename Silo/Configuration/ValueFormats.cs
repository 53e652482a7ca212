using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using OrleansSie.Silo.Metrics;

namespace OrleansSie.Silo.Configuration;

/// <summary>The kinds of value that settings take.</summary>
internal static partial class ValueFormats
{
    private const long SmallestMemoryKibibytes = 16 * 1024;
    private const string Never = "never";

    private static readonly string[] _reservedPaths = ["/healthz/live", "/healthz/ready"];
    private static readonly string[] _reservedLabels = ["le", "quantile", MetricNames.WindowLabel, .. MetricsOptions.Labels.Where(label => label != "kubernetes_cluster")];

    /// <summary>A TCP port to listen on, where 0 lets the system choose.</summary>
    public static ValueFormat<int> Port { get; } = new(
        "a whole number from 1 to 65535, or 0 for any free port", IsPort, ToInt, FromInt);

    /// <summary>A TCP port to listen on, where 0 is none.</summary>
    public static ValueFormat<int?> PortOrNone { get; } = new(
        "a whole number from 1 to 65535, or 0 for none",
        IsPort,
        text => ToInt(text) is var port and not 0 ? port : null,
        value => FromInt(value ?? 0));

    /// <summary>A whole number between two others.</summary>
    public static ValueFormat<int> Number(int least, int most) => new(
        $"a whole number from {FromInt(least)} to {FromInt(most)}", text => IsNumber(text, least, most), ToInt, FromInt);

    /// <summary>A part of a whole.</summary>
    public static ValueFormat<double> Ratio { get; } = new(
        "a number above 0 and at most 1 with at most four decimals, such as 0.2",
        text => RatioPattern().IsMatch(text) && ToRatio(text) > 0,
        ToRatio,
        value => value.ToString("0.####", CultureInfo.InvariantCulture));

    /// <summary>Any of some words, each once, or none.</summary>
    public static ValueFormat<IReadOnlyList<string>> SomeOf(IReadOnlyList<string> words) => new(
        $"none, or some of {string.Join(", ", words)}, with commas between them",
        text => text == "none" || (Parts(text) is var parts && parts.All(words.Contains) && parts.Distinct().Count() == parts.Length),
        text => text == "none" ? [] : Parts(text),
        parts => parts.Count == 0 ? "none" : string.Join(", ", parts));

    /// <summary>zap's level names, so that the original's files are understood; what zap has above error is Critical here.</summary>
    public static ValueFormat<LogLevel> Level { get; } = new(
        "debug, info, warn or error", text => ToLevel(text) != LogLevel.None, ToLevel, FromLevel);

    /// <summary>A Google Cloud project id; a number is refused because keys of instances hold the id.</summary>
    public static ValueFormat<string> ProjectId { get; } = Text(
        "a project's id, not its number: lower-case letters, digits and '-', beginning with a letter, such as example-project",
        text => ProjectIdPattern().IsMatch(text));

    /// <summary>A Pub/Sub subscription, short or full.</summary>
    public static ValueFormat<string> Subscription { get; } = Text(
        "a subscription's name of 3 to 255 letters, digits and -_.~+% that begins with a letter and not with goog, "
            + "alone or as projects/{project}/subscriptions/{name}",
        text => SubscriptionPattern().IsMatch(text));

    /// <summary>The path of the metrics document.</summary>
    public static ValueFormat<string> MetricsPath { get; } = Text(
        "a path that begins with '/' and is not '/', '/healthz/live' or '/healthz/ready', such as /metrics",
        text => PathPattern().IsMatch(text) && !_reservedPaths.Contains(text.TrimEnd('/'), StringComparer.OrdinalIgnoreCase));

    /// <summary>A Prometheus label name that neither Prometheus nor a histogram needs for itself.</summary>
    public static ValueFormat<string> LabelName { get; } = Text(
        "a label name of letters, digits and '_' that begins with no digit and not with '__', other than le, quantile, window and the labels of sie_interruptions_total",
        text => LabelPattern().IsMatch(text) && !_reservedLabels.Contains(text, StringComparer.Ordinal));

    /// <summary>An IP address to listen on.</summary>
    public static ValueFormat<string> ListenAddress { get; } = Text(
        "an IP address, such as 127.0.0.1, 0.0.0.0 for all IPv4 addresses, or :: for all addresses", text => ToAddress(text) is not null);

    /// <summary>An IP address that others can reach.</summary>
    public static ValueFormat<string?> ReachableAddress { get; } = OptionalText(
        "an IP address that the other silos can reach, such as 10.0.0.7",
        text => ToAddress(text) is { } address && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any));

    /// <summary>An amount of memory in binary units.</summary>
    public static ValueFormat<string> MemorySize { get; } = Text(
        "a whole number with k, m or g (binary units), at least 16m, such as 64m", IsMemorySize);

    /// <summary>Yes or no.</summary>
    public static ValueFormat<bool> Flag { get; } = new(
        "true or false", text => bool.TryParse(text, out _), text => bool.Parse(text), value => value ? "true" : "false");

    /// <summary>The address of an HTTP API, to which paths are added.</summary>
    public static ValueFormat<string?> Endpoint { get; } = OptionalText(
        "https://host or http://host, with a port if need be and without a path, such as https://compute.googleapis.com",
        text => EndpointPattern().Match(text) is { Success: true } match
            && (match.Groups["port"] is not { Success: true, Value: var port } || (port is not "0" && IsPort(port))));

    /// <summary>A path in the file system that must be set.</summary>
    public static ValueFormat<string> FilePath { get; } = Text("a path", IsOneLine);

    /// <summary>A path in the file system.</summary>
    public static ValueFormat<string?> OptionalFilePath { get; } = OptionalText("a file's path", IsOneLine);

    /// <summary>An identifier that is safe in any store's key.</summary>
    public static ValueFormat<string> Identifier { get; } = Text(
        "1 to 63 letters, digits and '-', '_' or '.', beginning with a letter or digit",
        text => text.Length <= 63 && NamePattern().IsMatch(text));

    /// <summary>A name that a Kubernetes pod could have.</summary>
    public static ValueFormat<string?> OptionalName { get; } = OptionalText(
        "1 to 253 letters, digits and '-', '_' or '.', beginning with a letter or digit",
        text => text.Length <= 253 && NamePattern().IsMatch(text));

    /// <summary>A ConfigMap's name to which "-alive" can be added.</summary>
    public static ValueFormat<string?> ConfigMapName { get; } = OptionalText(
        "1 to 247 lower-case letters, digits and '-' or '.', beginning and ending with a letter or digit",
        text => text.Length <= 247 && text.Split('.').All(part => DnsLabelPattern().IsMatch(part)));

    /// <summary>A name that a Kubernetes namespace could have.</summary>
    public static ValueFormat<string?> KubernetesNamespace { get; } = OptionalText(
        "1 to 63 lower-case letters, digits and '-', beginning and ending with a letter or digit",
        text => text.Length <= 63 && DnsLabelPattern().IsMatch(text));

    /// <summary>Any text.</summary>
    public static ValueFormat<string?> Anything { get; } = OptionalText("any text on one line", IsOneLine);

    /// <summary>A connection string for StackExchange.Redis.</summary>
    public static ValueFormat<string?> RedisConnection { get; } = OptionalText(
        "servers as host:port, then options of StackExchange.Redis, such as redis:6379,ssl=true; a password by its own key, or last and without a comma",
        RedisConnectionString.IsLegal);

    /// <summary>A password.</summary>
    public static ValueFormat<string?> Secret { get; } = OptionalText("any text", text => text.Length > 0);

    /// <summary>A host and port to connect to.</summary>
    public static ValueFormat<string?> HostAndPort { get; } = OptionalText(
        "host:port, such as localhost:8085",
        text => HostAndPortPattern().IsMatch(text) && text[(text.LastIndexOf(':') + 1)..] is not "0" and var port && IsPort(port));

    /// <summary>A length of time between two others.</summary>
    public static ValueFormat<TimeSpan> Duration(string least, string most)
    {
        var (shortest, longest) = (DurationText.Read(least), DurationText.Read(most));
        return new(
            $"a time as a whole number with s, m, h or d, from {least} to {most}",
            text => DurationText.Read(text) is { } time && time >= shortest && time <= longest,
            text => DurationText.Read(text)!.Value,
            DurationText.Show);
    }

    /// <summary>As <see cref="Duration"/>, or null for the word never.</summary>
    public static ValueFormat<TimeSpan?> DurationOrNever(string least, string most)
    {
        var duration = Duration(least, most);
        return new(
            $"never, or {duration.Accepts}",
            text => text == Never || duration.TryRead(text, out _),
            text => duration.TryRead(text, out var time) ? time : null,
            value => value is { } time ? duration.Show(time) : Never);
    }

    /// <summary>One of the names of <typeparamref name="T"/>, in any case.</summary>
    public static ValueFormat<T> OneOf<T>()
        where T : struct, Enum
    {
        var names = Enum.GetNames<T>();
        return new(
            $"{string.Join(", ", names[..^1])} or {names[^1]}",
            text => names.Contains(text, StringComparer.OrdinalIgnoreCase),
            text => Enum.Parse<T>(text, ignoreCase: true),
            value => value.ToString());
    }

    private static ValueFormat<string> Text(string accepts, Func<string, bool> isLegal) =>
        new(accepts, isLegal, text => text, value => value);

    private static ValueFormat<string?> OptionalText(string accepts, Func<string, bool> isLegal) =>
        new(accepts, isLegal, text => text, value => value);

    private static bool IsPort(string text) => IsNumber(text, 0, ushort.MaxValue);

    private static bool IsNumber(string text, int least, int most) =>
        NumberPattern().IsMatch(text) && ToInt(text) is var number && number >= least && number <= most;

    private static string[] Parts(string text) => text.Split(',', StringSplitOptions.TrimEntries);

    private static int ToInt(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static double ToRatio(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static string FromInt(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static bool IsOneLine(string text) => !string.IsNullOrWhiteSpace(text) && !text.Any(char.IsControl);

    private static IPAddress? ToAddress(string text) =>
        AddressPattern().IsMatch(text) && IPAddress.TryParse(text, out var address) ? address : null;

    private static LogLevel ToLevel(string text) => text.ToLowerInvariant() switch
    {
        "debug" => LogLevel.Debug,
        "info" => LogLevel.Information,
        "warn" or "warning" => LogLevel.Warning,
        "error" => LogLevel.Error,
        "dpanic" or "panic" or "fatal" => LogLevel.Critical,
        _ => LogLevel.None,
    };

    private static string FromLevel(LogLevel level) => level switch
    {
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Critical => "fatal",
        _ => level.ToString().ToLowerInvariant(),
    };

    private static bool IsMemorySize(string text) =>
        MemoryPattern().IsMatch(text) && long.Parse(text.AsSpan(0, text.Length - 1), CultureInfo.InvariantCulture)
            * char.ToLowerInvariant(text[^1]) switch { 'k' => 1L, 'm' => 1024L, _ => 1024L * 1024L } >= SmallestMemoryKibibytes;

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?\\z")]
    private static partial Regex DnsLabelPattern();

    [GeneratedRegex(@"^(0|[1-9][0-9]{0,8})\z")]
    private static partial Regex NumberPattern();

    [GeneratedRegex(@"^(0(\.[0-9]{1,4})?|1(\.0{1,4})?)\z")]
    private static partial Regex RatioPattern();

    [GeneratedRegex(@"^([a-z0-9.-]+:)?[a-z]([a-z0-9-]*[a-z0-9])?\z")]
    private static partial Regex ProjectIdPattern();

    [GeneratedRegex(@"^(projects/[a-z0-9.:-]+/subscriptions/)?(?!goog)[A-Za-z][A-Za-z0-9_.~+%-]{2,254}\z")]
    private static partial Regex SubscriptionPattern();

    [GeneratedRegex(@"^(/[A-Za-z0-9._~-]+)+/?\z")]
    private static partial Regex PathPattern();

    [GeneratedRegex(@"^(?!__)[A-Za-z_][A-Za-z0-9_]*\z")]
    private static partial Regex LabelPattern();

    [GeneratedRegex(@"^([0-9]+\.[0-9]+\.[0-9]+\.[0-9]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)\z")]
    private static partial Regex AddressPattern();

    [GeneratedRegex(@"^https?://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)(:(?<port>[0-9]+))?\z")]
    private static partial Regex EndpointPattern();

    [GeneratedRegex(@"^[1-9][0-9]{0,8}[kKmMgG]\z")]
    private static partial Regex MemoryPattern();

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._-]*\z")]
    private static partial Regex NamePattern();

    [GeneratedRegex(@"^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?):[0-9]+\z")]
    private static partial Regex HostAndPortPattern();
}
