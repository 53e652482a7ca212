using System.Net;

namespace OrleansSie.Silo.Hosting;

/// <summary>
/// The proxy that the environment names, for what is not near: this machine and Google's metadata server are reached without one, whatever
/// NO_PROXY says. The proxy's name never holds its login, as .NET shows that name in its errors.
/// </summary>
internal sealed class OutgoingProxy(IWebProxy configured) : IWebProxy
{
    private static readonly string[] _metadataServer = ["169.254.169.254", "metadata.google.internal"];

    public ICredentials? Credentials
    {
        get => configured.Credentials;
        set => configured.Credentials = value;
    }

    /// <summary>Makes it the proxy of every HTTP client of this process that has none of its own.</summary>
    public static void Use() => HttpClient.DefaultProxy = new OutgoingProxy(HttpClient.DefaultProxy);

    public Uri? GetProxy(Uri destination) =>
        !IsBypassed(destination) && configured.GetProxy(destination) is { } proxy ? new UriBuilder(proxy) { UserName = "", Password = "" }.Uri : null;

    public bool IsBypassed(Uri host) =>
        host.IsLoopback || _metadataServer.Contains(host.Host, StringComparer.OrdinalIgnoreCase) || configured.IsBypassed(host);
}
