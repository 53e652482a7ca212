namespace OrleansSie.Silo.Configuration;

/// <summary>Where the Compute API is: the <c>compute</c> section.</summary>
internal sealed class ComputeOptions
{
    /// <summary>Google's own address of the API.</summary>
    public const string GoogleEndpoint = "https://compute.googleapis.com";

    /// <summary>Another address than Google's, for tests and private endpoints; null if none is set. Default: null.</summary>
    public string? Endpoint { get; init; }
}
