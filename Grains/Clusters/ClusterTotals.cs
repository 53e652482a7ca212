using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Grains.Clusters;

/// <summary>The totals of a cluster's record, by their labels.</summary>
internal sealed class ClusterTotals
{
    /// <summary>Sets of labels that are told apart; what comes with another is counted with its reason alone.</summary>
    public const int MaxRows = 1_000;

    private readonly Func<ClusterState> _cluster;
    private readonly Dictionary<PoolLabels, TotalRow> _rows = [];

    public ClusterTotals(Func<ClusterState> cluster)
    {
        _cluster = cluster;
    }

    /// <summary>Takes the rows of a record that was read.</summary>
    public void Read()
    {
        _rows.Clear();
        foreach (var row in _cluster().Totals)
        {
            _rows[row.Labels()] = row;
        }
    }

    public void CountOne(PoolLabels labels)
    {
        if (_rows.Count >= MaxRows && !_rows.ContainsKey(labels))
        {
            labels = new PoolLabels("", "", "", "", labels.Reason, labels.AtLimit);
        }

        if (!_rows.TryGetValue(labels, out var row))
        {
            row = TotalRow.Of(labels);
            _rows.Add(labels, row);
            _cluster().Totals.Add(row);
        }

        row.Count++;
    }
}
