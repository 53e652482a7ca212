using System.Globalization;
using k8s.Models;

namespace Orleans.Clustering.Kubernetes;

/// <summary>Keeps the table inside what a ConfigMap may hold, by rows of dead silos alone: one that is not dead is never dropped.</summary>
internal static class SizeGuard
{
    /// <summary>From here on somebody should look.</summary>
    public const long WarnBytes = 512 * 1024;

    /// <summary>From here on the oldest dead rows leave.</summary>
    public const long PruneBytes = 768 * 1024;

    /// <summary>Kubernetes' own limit of the values of a ConfigMap.</summary>
    public const long MaxBytes = 1024 * 1024;

    /// <summary>The dead rows that always stay, the newest ones.</summary>
    public const int KeptDead = 200;

    /// <summary>The object to write, if it fits; else the same without the oldest dead rows.</summary>
    /// <param name="map">What is to be written.</param>
    /// <param name="identity">Whose table it is.</param>
    /// <param name="dropped">How many rows were left out.</param>
    /// <exception cref="KubernetesMembershipException">It does not fit even so.</exception>
    public static V1ConfigMap Fit(V1ConfigMap map, TableIdentity identity, out int dropped)
    {
        dropped = 0;
        if (TableDocument.SizeOf(map.Data) <= PruneBytes)
        {
            return map;
        }

        var dead = TableDocument.Read(map, identity).Rows()
            .Where(pair => pair.Value.Status is SiloStatus.Dead)
            .OrderByDescending(pair => pair.Value.LastHeard(null))
            .Skip(KeptDead)
            .Select(pair => pair.Key)
            .ToHashSet();
        dropped = dead.Count;
        var fitting = map with { Data = map.Data.Where(pair => !dead.Contains(pair.Key)).ToDictionary() };
        var size = TableDocument.SizeOf(fitting.Data);
        return size <= MaxBytes
            ? fitting
            : throw new KubernetesMembershipException(
                MembershipFailure.TooLarge,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The membership table {identity.Namespace}/{identity.Name} would hold {size} bytes; a ConfigMap holds {MaxBytes} at most. Run fewer silos in one cluster."));
    }
}
