using System.Text.RegularExpressions;

namespace OrleansSie.Silo.Configuration;

/// <summary>
/// The variables that Kubernetes gives a container for each Service of its namespace. Those of a Service <c>sie</c> begin as this
/// program's own do, and nobody has set them.
/// </summary>
internal sealed partial class ServiceLinks
{
    private const string Host = "_SERVICE_HOST";

    private readonly List<string> _services;

    /// <param name="names">Of every variable; each Service has its <c>{SERVICE}_SERVICE_HOST</c> among them.</param>
    public ServiceLinks(IEnumerable<string> names) =>
        _services = [.. names.Where(name => name.EndsWith(Host, StringComparison.Ordinal)).Select(name => name[..^Host.Length])];

    /// <summary>Whether the variable is of a Service. One that only looks so, without the Service's host beside it, is not.</summary>
    public bool Hold(string name) =>
        _services.Any(service => name.StartsWith(service, StringComparison.Ordinal) && Form().IsMatch(name.AsSpan(service.Length)));

    [GeneratedRegex("^(_SERVICE_HOST|_SERVICE_PORT(_[A-Z0-9_]+)?|_PORT(_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
