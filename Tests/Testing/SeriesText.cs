using System.Text;
using OrleansSie.Silo.Metrics;
using OrleansSie.Silo.Totals;

namespace OrleansSie.Testing;

/// <summary>The document of the cluster-wide series as text.</summary>
internal static class SeriesText
{
    public static string TextOf(this ClusterSeries series, ExpositionForm form) =>
        string.Concat(series.Write(form).Select(part => Encoding.UTF8.GetString(part.Span)));
}
