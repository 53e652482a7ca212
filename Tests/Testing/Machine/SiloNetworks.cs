using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;

namespace OrleansSie.Testing.Machine;

/// <summary>
/// A network namespace for each silo, joined by a bridge, where any pair of silos can be cut from each other while both still reach the bridge's
/// address, on which Redis and the emulator must be found. Nothing is routed out of the machine.
/// </summary>
internal sealed class SiloNetworks : IDisposable
{
    // A cut is a fixed neighbour entry with an address that no interface has: frames leave, and nobody takes them. Open connections
    // hang and new ones time out, as when a cable is pulled, and no filter is needed that a small kernel might lack.
    private const string NobodysMac = "02:00:00:00:de:ad";

    private readonly string _name = "sie" + Convert.ToHexStringLower(Guid.NewGuid().ToByteArray().AsSpan(0, 4));
    private readonly string _subnet;
    private readonly HashSet<(int From, int To)> _cuts = [];
    private bool _disposed;

    private SiloNetworks(string subnet, int count)
    {
        _subnet = subnet;
        Count = count;
    }

    /// <summary>How many namespaces there are; they are numbered from 0.</summary>
    public int Count { get; }

    /// <summary>The address that every namespace reaches the outside parts on, whatever is cut.</summary>
    public IPAddress BridgeAddress => IPAddress.Parse($"{_subnet}.1");

    /// <summary>Makes them. Null, with the reason, where that is not possible; nothing is left behind then.</summary>
    public static SiloNetworks? TryCreate(int count, out string? reason)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 100);
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            reason = "Network namespaces need Linux and root.";
            return null;
        }

        if (FreeSubnet() is not { } subnet)
        {
            reason = "No free /24 was found in 10.0.0.0/8.";
            return null;
        }

        var networks = new SiloNetworks(subnet, count);
        reason = networks.Create();
        if (reason is null)
        {
            return networks;
        }

        networks.Remove();
        return null;
    }

    /// <summary>The address of the silo in this namespace.</summary>
    public IPAddress Address(int silo) => IPAddress.Parse($"{_subnet}.{Checked(silo) + 10}");

    /// <summary>What to write before a command line for it to run in this namespace; the process keeps the id of the whole command.</summary>
    public IReadOnlyList<string> CommandPrefix(int silo) => ["ip", "netns", "exec", Namespace(Checked(silo))];

    /// <summary>Drops every packet between the two, in both directions, without telling either. Other pairs and the bridge are not touched.</summary>
    public void Isolate(int first, int second)
    {
        ArgumentOutOfRangeException.ThrowIfEqual(Checked(first), Checked(second), nameof(second));
        SendAstray(first, second);
        SendAstray(second, first);
    }

    /// <summary>Ends every <see cref="Isolate"/>.</summary>
    public void Heal()
    {
        foreach (var (from, to) in _cuts)
        {
            SystemCommand.Output("ip", $"-n {Namespace(from)} neighbour del {Address(to)} dev eth0");
        }

        _cuts.Clear();
    }

    /// <summary>Removes everything that was made. Processes in the namespaces lose their network and live on.</summary>
    public void Dispose()
    {
        if (!_disposed)
        {
            _disposed = true;
            Remove();
        }
    }

    private static string? FreeSubnet()
    {
        var taken = NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(i => i.GetIPProperties().UnicastAddresses)
            .Select(a => a.Address.ToString())
            .ToList();
        return Enumerable.Range(0, 100)
            .Select(_ => string.Create(CultureInfo.InvariantCulture, $"10.{Random.Shared.Next(64, 250)}.{Random.Shared.Next(0, 256)}"))
            .FirstOrDefault(s => !taken.Exists(a => a.StartsWith(s + ".", StringComparison.Ordinal)) && !IsRouted(s));
    }

    private static bool IsRouted(string subnet) =>
        SystemCommand.Output("ip", $"-4 route show match {subnet}.0/24").Split('\n').Any(l => l.Trim().Length > 0 && !l.StartsWith("default", StringComparison.Ordinal))
        || SystemCommand.Output("ip", $"-4 route show root {subnet}.0/24").Trim().Length > 0;

    private string? Create() =>
        SystemCommand.Try("ip", $"link add {_name} type bridge")
        ?? SystemCommand.Try("ip", $"address add {BridgeAddress}/24 dev {_name}")
        ?? SystemCommand.Try("ip", $"link set {_name} up")
        ?? Enumerable.Range(0, Count).Select(Create).FirstOrDefault(failure => failure is not null);

    private string? Create(int silo)
    {
        var name = Namespace(silo);
        return SystemCommand.Try("ip", $"netns add {name}")
            ?? SystemCommand.Try("ip", $"link add {Port(silo)} type veth peer name eth0 netns {name}")
            ?? SystemCommand.Try("ip", $"link set {Port(silo)} master {_name} up")
            ?? SystemCommand.Try("ip", $"-n {name} address add {Address(silo)}/24 dev eth0")
            ?? SystemCommand.Try("ip", $"-n {name} link set eth0 up")
            ?? SystemCommand.Try("ip", $"-n {name} link set lo up");
    }

    private void SendAstray(int from, int to)
    {
        SystemCommand.Output("ip", $"-n {Namespace(from)} neighbour replace {Address(to)} lladdr {NobodysMac} dev eth0 nud permanent");
        _cuts.Add((from, to));
    }

    private void Remove()
    {
        for (var silo = 0; silo < Count; silo++)
        {
            // The namespace itself lives on while a process in it does; its network ends here.
            SystemCommand.Try("ip", $"link del {Port(silo)}");
            SystemCommand.Try("ip", $"netns del {Namespace(silo)}");
        }

        SystemCommand.Try("ip", $"link del {_name}");
    }

    private int Checked(int silo)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(silo);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(silo, Count);
        return silo;
    }

    private string Namespace(int silo) => $"{_name}-{silo}";

    // Interface names hold 15 characters.
    private string Port(int silo) => string.Create(CultureInfo.InvariantCulture, $"{_name}p{silo}");
}
