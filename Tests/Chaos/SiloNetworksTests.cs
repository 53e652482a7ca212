using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OrleansSie.Testing.Machine;
using Xunit;

namespace OrleansSie.Tests.Chaos;

/// <summary>Silos in namespaces of their own reach each other and the bridge, until a pair of them is cut.</summary>
public sealed class SiloNetworksTests
{
    private const int Port = 5001;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [SystemFact]
    public async Task Isolate_OnePair_CutsThatPairOnlyAndHealJoinsIt()
    {
        using var networks = Create(3);
        using var listener = new TcpListener(networks.BridgeAddress, 0);
        listener.Start();
        var outside = ((IPEndPoint)listener.LocalEndpoint).Port;
        Assert.True(await ReachesAsync(networks, 0, networks.BridgeAddress, outside));
        await ListenAsync(networks, async () =>
        {
            Assert.All(await PairsAsync(networks), pair => Assert.True(pair.Reaches, pair.ToString()));

            networks.Isolate(0, 1);
            networks.Isolate(1, 0);
            Assert.All(await PairsAsync(networks), pair => Assert.Equal(pair.From + pair.To != 1, pair.Reaches));
            Assert.True(await ReachesAsync(networks, 0, networks.BridgeAddress, outside));
            Assert.True(await ReachesAsync(networks, 1, networks.BridgeAddress, outside));

            networks.Heal();
            Assert.All(await PairsAsync(networks), pair => Assert.True(pair.Reaches, pair.ToString()));
        });
    }

    [SystemFact]
    public async Task CommandPrefix_Process_IsReachedFromOutsideAndKeepsItsId()
    {
        using var networks = Create(1);
        await ListenAsync(networks, async () =>
        {
            using var client = new TcpClient();
            await client.ConnectAsync(networks.Address(0), Port, Cancellation);
            Assert.True(client.Connected);
        });
    }

    [SystemFact]
    public void TryCreate_TwoAtOnce_ShareNothing()
    {
        using var first = Create(1);
        using var second = Create(1);

        Assert.NotEqual(first.BridgeAddress, second.BridgeAddress);
        Assert.NotEqual(first.CommandPrefix(0), second.CommandPrefix(0));
    }

    [SystemFact]
    public void Dispose_LeavesNothingBehind()
    {
        var networks = Create(2);
        var name = networks.CommandPrefix(0)[^1].Split('-')[0];
        Assert.Contains(name, SystemCommand.Output("ip", "netns list"), StringComparison.Ordinal);
        Assert.Contains(name, SystemCommand.Output("ip", "link show"), StringComparison.Ordinal);

        networks.Dispose();
        networks.Dispose();

        Assert.DoesNotContain(name, SystemCommand.Output("ip", "netns list"), StringComparison.Ordinal);
        Assert.DoesNotContain(name, SystemCommand.Output("ip", "link show"), StringComparison.Ordinal);
    }

    private static SiloNetworks Create(int count)
    {
        var networks = SiloNetworks.TryCreate(count, out var reason);
        Assert.SkipWhen(networks is null, reason ?? "");
        Assert.SkipWhen(Programs.Find("python3") is null, "python3 is missing, which listens and connects in the namespaces.");
        return networks!;
    }

    private static async Task ListenAsync(SiloNetworks networks, Func<Task> test)
    {
        const string Script = "import socket,sys\ns=socket.create_server(('0.0.0.0',int(sys.argv[1])))\nprint('listening',flush=True)\nwhile True: s.accept()[0].close()";
        var listening = Enumerable.Range(0, networks.Count).Select(silo => Start(networks, silo, Script, Text(Port))).ToList();
        try
        {
            foreach (var process in listening)
            {
                Assert.Equal("listening", await process.StandardOutput.ReadLineAsync(Cancellation));
            }

            await test();
        }
        finally
        {
            // By its own id: the command does not stand between us and the program.
            listening.ForEach(process => Assert.True(Signals.Kill(process.Id)));
            foreach (var process in listening)
            {
                await process.WaitForExitAsync(CancellationToken.None);
                process.Dispose();
            }
        }
    }

    private static async Task<List<(int From, int To, bool Reaches)>> PairsAsync(SiloNetworks networks)
    {
        var pairs = from a in Enumerable.Range(0, networks.Count) from b in Enumerable.Range(0, networks.Count) where a != b select (a, b);
        var asked = pairs.Select(async p => (p.a, p.b, await ReachesAsync(networks, p.a, networks.Address(p.b), Port)));
        return [.. await Task.WhenAll(asked)];
    }

    private static async Task<bool> ReachesAsync(SiloNetworks networks, int silo, IPAddress address, int port)
    {
        const string Script = "import socket,sys\nsocket.create_connection((sys.argv[1],int(sys.argv[2])),timeout=3)";
        using var process = Start(networks, silo, Script, address.ToString(), Text(port));
        await process.WaitForExitAsync(Cancellation);
        return process.ExitCode == 0;
    }

    private static Process Start(SiloNetworks networks, int silo, string script, params string[] arguments)
    {
        var prefix = networks.CommandPrefix(silo);
        return Process.Start(new ProcessStartInfo(prefix[0], [.. prefix.Skip(1), "python3", "-c", script, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
