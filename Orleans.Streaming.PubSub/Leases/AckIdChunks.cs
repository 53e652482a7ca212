namespace Orleans.Streaming.PubSub;

/// <summary>Cuts leases into requests that Pub/Sub takes: at most 1000 ids and less than 512 KiB.</summary>
internal static class AckIdChunks
{
    public const int MaxIds = 1000;

    /// <summary>Below the limit of 512 KiB (524,288) by enough for the subscription's name and the framing.</summary>
    public const int MaxBytes = 500_000;

    /// <summary>What an id costs in a request besides its characters, which are ASCII.</summary>
    public const int IdOverhead = 4;

    public static List<ArraySegment<PubSubMessage>> Of(List<PubSubMessage> leases)
    {
        var chunks = new List<ArraySegment<PubSubMessage>>();
        if (leases.Count == 0)
        {
            return chunks;
        }

        var all = leases.ToArray();
        var start = 0;
        var bytes = 0;
        for (var i = 0; i < all.Length; i++)
        {
            var cost = Cost(all[i]);
            if (i > start && (i - start == MaxIds || bytes + cost > MaxBytes))
            {
                chunks.Add(new ArraySegment<PubSubMessage>(all, start, i - start));
                start = i;
                bytes = 0;
            }

            bytes += cost;
        }

        chunks.Add(new ArraySegment<PubSubMessage>(all, start, all.Length - start));
        return chunks;
    }

    public static int Cost(PubSubMessage lease) => lease.AckId.Length + IdOverhead;

    public static string[] Ids(ArraySegment<PubSubMessage> leases)
    {
        var ids = new string[leases.Count];
        for (var i = 0; i < ids.Length; i++)
        {
            ids[i] = leases[i].AckId;
        }

        return ids;
    }
}
