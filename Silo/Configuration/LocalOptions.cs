namespace OrleansSie.Silo.Configuration;

/// <summary>What only local mode uses: the <c>local</c> section.</summary>
internal sealed class LocalOptions
{
    /// <summary>TCP port on 127.0.0.1 of the built-in Pub/Sub; 0 takes any free port. Default: 8085.</summary>
    public int PubSubPort { get; init; } = 8085;
}
