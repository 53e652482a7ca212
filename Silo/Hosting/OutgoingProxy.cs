using System.Net;

namespace OrleansSie.Silo.Hosting;

/// <summary>
/// The proxy that the environment names. This machine and Google's metadata server are always reached without it, also if NO_PROXY does not
/// name them. The proxy's address is given without its login, since .NET shows that address in its errors.
/// </summary>
internal sealed class OutgoingProxy(IWebProxy configured) : IWebProxy
{
    private static readonly string[] _metadataServer = ["169.254.169.254", "metadata.google.internal"];

    public ICredentials? Credentials
    {
        get => configured.Credentials;
        set => configured.Credentials = value;
    }

    /// <summary>Makes it the default proxy of this process's HTTP clients.</summary>
    public static void Use() => HttpClient.DefaultProxy = new OutgoingProxy(HttpClient.DefaultProxy);

    public Uri? GetProxy(Uri destination) =>
        !IsBypassed(destination) && configured.GetProxy(destination) is { } proxy ? new UriBuilder(proxy) { UserName = "", Password = "" }.Uri : null;

    public bool IsBypassed(Uri host) =>
        host.IsLoopback || _metadataServer.Contains(host.Host, StringComparer.OrdinalIgnoreCase) || configured.IsBypassed(host);
}
