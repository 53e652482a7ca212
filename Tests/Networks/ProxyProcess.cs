using System.Diagnostics;
using System.Globalization;
using OrleansSie.Testing;
using OrleansSie.Testing.Machine;
using Xunit;

namespace OrleansSie.Tests.Networks;

/// <summary>A tinyproxy of a test's own, with a login, that leads everything to one further proxy.</summary>
internal sealed class ProxyProcess : IDisposable
{
    public const string Password = "s3cretOfTheProxy";

    private readonly Process _process;

    private ProxyProcess(Process process, int port)
    {
        _process = process;
        Address = $"http://user:{Password}@127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}";
    }

    /// <summary>As HTTPS_PROXY has it.</summary>
    public string Address { get; }

    public static async Task<ProxyProcess> StartAsync(string folder, int further)
    {
        var binary = RealParts.Program("tinyproxy", "tinyproxy-bin");
        var (port, settings) = (LoopbackPorts.Free(), Path.Combine(folder, "tinyproxy.conf"));
        await File.WriteAllTextAsync(
            settings,
            $"Port {port}\nListen 127.0.0.1\nAllow 127.0.0.1\nTimeout 600\nMaxClients 100\nBasicAuth user {Password}\nConnectPort 443\nUpstream http 127.0.0.1:{further}\n",
            TestContext.Current.CancellationToken);
        var process = Process.Start(new ProcessStartInfo(binary, ["-d", "-c", settings]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var proxy = new ProxyProcess(process, port);
        await Eventually.IsAsync(() => LoopbackPorts.AnswersAsync(port, TestContext.Current.CancellationToken), answers => answers);
        return proxy;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }
}
