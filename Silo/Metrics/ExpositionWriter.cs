using System.Buffers;
using System.Globalization;
using System.Text;
using Microsoft.Net.Http.Headers;
using Prometheus;

namespace OrleansSie.Silo.Metrics;

/// <summary>The forms in which metrics are served.</summary>
internal enum ExpositionForm
{
    /// <summary>Prometheus' text format, version 0.0.4.</summary>
    text = 0,

    /// <summary>OpenMetrics 1.0: adds when each counter began, and exemplars.</summary>
    open_metrics = 1,
}

/// <summary>Which form an agent asks for.</summary>
internal static class Negotiation
{
    private const string OpenMetrics = "application/openmetrics-text";

    /// <summary>OpenMetrics if the header <c>Accept</c> names it and likes no plain text better.</summary>
    public static ExpositionForm Of(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var accepted))
        {
            return ExpositionForm.text;
        }

        var open = QualityOf(accepted, OpenMetrics);
        return open > 0 && open >= QualityOf(accepted, "text/plain") ? ExpositionForm.open_metrics : ExpositionForm.text;
    }

    /// <summary>The header <c>Content-Type</c> of a document.</summary>
    public static string ContentType(ExpositionForm form) => form == ExpositionForm.text
        ? PrometheusConstants.TextContentTypeWithVersionAndEncoding
        : PrometheusConstants.OpenMetricsContentTypeWithVersionAndEncoding;

    private static double QualityOf(IList<MediaTypeHeaderValue> accepted, string type) => accepted
        .Where(a => a.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase))
        .Select(a => a.Quality ?? 1)
        .DefaultIfEmpty(0)
        .Max();
}

/// <summary>
/// Writes metric families whose samples are computed elsewhere. prometheus-net serves this process' own metrics; it has no created time and
/// no exemplar of another process, and holds each series as an object.
/// </summary>
internal sealed class ExpositionWriter
{
    private readonly ArrayBufferWriter<byte> _to = new();
    private readonly ExpositionForm _form;

    public ExpositionWriter(ExpositionForm form) => _form = form;

    /// <summary>What was written.</summary>
    public ReadOnlyMemory<byte> Written => _to.WrittenMemory;

    /// <summary>Begins a family. All of its samples follow.</summary>
    /// <param name="name">With <c>_total</c> where it is a counter.</param>
    /// <param name="type"><c>counter</c>, <c>gauge</c> or <c>histogram</c>.</param>
    /// <param name="help">One line without a backslash.</param>
    public void Family(string name, string type, string help)
    {
        var family = _form == ExpositionForm.open_metrics && type == "counter" ? Base(name) : name;
        Put($"# HELP {family} {help}\n# TYPE {family} {type}\n");
    }

    /// <summary>Writes a gauge, or a histogram's part.</summary>
    /// <param name="name">The sample's name.</param>
    /// <param name="labels">As of <see cref="LabelText"/>.</param>
    /// <param name="value">Its value.</param>
    public void Sample(string name, string labels, double value) => Put($"{name}{Braced(labels)} {Text(value)}\n");

    /// <summary>Writes a counter.</summary>
    /// <param name="name">The sample's name, with <c>_total</c>.</param>
    /// <param name="labels">As of <see cref="LabelText"/>.</param>
    /// <param name="value">Its value.</param>
    /// <param name="since">When it was 0.</param>
    /// <param name="exemplar">Labels and time of one thing that it counted; at most 128 characters.</param>
    public void Counter(string name, string labels, long value, DateTimeOffset? since = null, (string Labels, DateTimeOffset At)? exemplar = null)
    {
        var shown = exemplar is { } one && _form == ExpositionForm.open_metrics ? $" # {{{one.Labels}}} 1 {Seconds(one.At)}" : "";
        Put($"{name}{Braced(labels)} {value}{shown}\n");
        Created(Base(name), labels, since);
    }

    /// <summary>Writes when a counter or a histogram was 0, in OpenMetrics.</summary>
    public void Created(string family, string labels, DateTimeOffset? since)
    {
        if (since is { } at && _form == ExpositionForm.open_metrics)
        {
            Put($"{family}_created{Braced(labels)} {Seconds(at)}\n");
        }
    }

    /// <summary>Adds what another writer of the same form wrote.</summary>
    public void Append(ReadOnlyMemory<byte> written) => _to.Write(written.Span);

    private static string Base(string counter) => counter.EndsWith("_total", StringComparison.Ordinal) ? counter[..^"_total".Length] : counter;

    private static string Braced(string labels) => labels.Length == 0 ? "" : $"{{{labels}}}";

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Seconds(DateTimeOffset at) => (at.ToUnixTimeMilliseconds() / 1e3).ToString("R", CultureInfo.InvariantCulture);

    private void Put(string text) => Encoding.UTF8.GetBytes(text, _to);
}

/// <summary>The text of labels between a sample's braces.</summary>
internal static class LabelText
{
    /// <summary>One label. Any value is safe.</summary>
    public static string Of(string name, string value) =>
        $"{name}=\"{value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    /// <summary>Several labels.</summary>
    public static string Join(params IEnumerable<string> labels) => string.Join(',', labels.Where(label => label.Length > 0));
}
