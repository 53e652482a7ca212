using System.Diagnostics;
using OrleansSie.Testing.Machine;
using Xunit;

namespace OrleansSie.Tests.Networks;

/// <summary>A network of a test's own with nothing but loopback, of one version of IP or of both. Its ports are free.</summary>
internal sealed class NetworkNamespace : IDisposable
{
    private readonly string _name = "sie" + Convert.ToHexStringLower(Guid.NewGuid().ToByteArray().AsSpan(0, 4));

    private NetworkNamespace()
    {
    }

    /// <summary>What stands before the command line of a process in it.</summary>
    public IReadOnlyList<string> Prefix => ["ip", "netns", "exec", _name];

    /// <param name="kind">ipv4, ipv6 or both.</param>
    public static NetworkNamespace Create(string kind)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "A network of the test's own needs Linux and root.");
        RealParts.Program("ip", "iproute2");
        RealParts.Program("curl", "curl");
        var network = new NetworkNamespace();
        var failure = SystemCommand.Try("ip", $"netns add {network._name}");
        Assert.SkipWhen(failure is not null, failure ?? "");
        try
        {
            network.Run("ip", "link set lo up");
            if (kind == "ipv4")
            {
                network.Run("sh", "-c \"echo 1 > /proc/sys/net/ipv6/conf/all/disable_ipv6\"");
            }
            else if (kind == "ipv6")
            {
                network.Run("ip", "address del 127.0.0.1/8 dev lo");
            }

            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>What is answered there, or why there is no answer.</summary>
    public Task<string> GetAsync(string url)
    {
        try
        {
            return Task.FromResult(Run("curl", $"-gsS --noproxy * --max-time 10 {url}"));
        }
        catch (InvalidOperationException e)
        {
            return Task.FromResult(e.Message);
        }
    }

    /// <summary>Starts a program in it.</summary>
    public Process Start(string folder, params string[] command) =>
        Process.Start(new ProcessStartInfo("ip", [.. Prefix.Skip(1), .. command]) { WorkingDirectory = folder, RedirectStandardOutput = true })!;

    /// <summary>Its processes lose their network and live on until they are ended.</summary>
    public void Dispose() => SystemCommand.Try("ip", $"netns del {_name}");

    private string Run(string program, string arguments) => SystemCommand.Output("ip", $"netns exec {_name} {program} {arguments}");
}
