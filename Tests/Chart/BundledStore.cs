using System.Diagnostics;
using System.Globalization;
using System.Runtime.Versioning;
using k8s.Models;
using OrleansSie.Testing;
using OrleansSie.Testing.Machine;
using StackExchange.Redis;
using Xunit;

namespace OrleansSie.Tests.Chart;

/// <summary>
/// The bundled store's own command and configuration, run by a redis-server in Valkey's place, with the container's paths moved into
/// a folder.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class BundledStore : IDisposable
{
    private readonly string _folder;
    private readonly V1Container _container;
    private Process _process;

    private BundledStore(string folder, RenderedChart chart)
    {
        _folder = folder;
        _container = Assert.Single(chart.Store!.Spec.Template.Spec.Containers);
        foreach (var part in (string[])["bin", "etc", "run", "data"])
        {
            Directory.CreateDirectory(Path.Combine(folder, part));
        }

        File.CreateSymbolicLink(Path.Combine(folder, "bin/valkey-server"), Part("redis-server"));
        Script("bin/valkey-cli", $"exec {Part("redis-cli")} -p {Text(Port)} \"$@\"");
        File.WriteAllText(Path.Combine(folder, "etc/valkey.conf"), Moved(chart.Named<V1ConfigMap>(chart.Store.Metadata.Name)!.Data["valkey.conf"]));
        _process = Launch();
    }

    /// <summary>Of characters that mean something to a shell, to sed, to Valkey's file or to a connection string.</summary>
    public const string Password = "s3cret, \"a\\b' #$x`=%&é";

    public int Port { get; } = LoopbackPorts.Free();

    /// <summary>The words of the running server's command line.</summary>
    public string CommandLine => File.ReadAllText($"/proc/{Text(_process.Id)}/cmdline").Replace('\0', ' ');

    public static async Task<BundledStore> StartAsync(string folder, RenderedChart chart)
    {
        var store = new BundledStore(folder, chart);
        await store.ProbedAsync();
        return store;
    }

    public Task<ConnectionMultiplexer> ConnectAsync(string password) =>
        ConnectionMultiplexer.ConnectAsync(new ConfigurationOptions { EndPoints = { { "127.0.0.1", Port } }, Password = password, AllowAdmin = true, ConnectRetry = 0 });

    /// <summary>SIGKILL, and the same again on the same data.</summary>
    public async Task KillAndStartAgainAsync()
    {
        Dispose();
        _process = Launch();
        await ProbedAsync();
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }

    /// <summary>Asks by the readiness probe's own command until it holds.</summary>
    private Task<string> ProbedAsync() => Eventually.IsAsync(
        async () =>
        {
            using var probe = Run(_container.ReadinessProbe.Exec.Command);
            await probe.WaitForExitAsync(TestContext.Current.CancellationToken);
            return Text(probe.ExitCode);
        },
        exitCode => exitCode == "0");

    private Process Launch() => Run([.. _container.Command.Select(Moved)]);

    private Process Run(IList<string> command)
    {
        var start = new ProcessStartInfo(command[0], command.Skip(1)) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PATH"] = $"{Path.Combine(_folder, "bin")}:{Environment.GetEnvironmentVariable("PATH")}";
        start.Environment[Assert.Single(_container.Env).Name] = Password;
        var process = Process.Start(start)!;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return process;
    }

    private string Moved(string text) => text
        .Replace("/run/valkey", Path.Combine(_folder, "run"), StringComparison.Ordinal)
        .Replace("/etc/valkey", Path.Combine(_folder, "etc"), StringComparison.Ordinal)
        .Replace("dir /data", $"dir {Path.Combine(_folder, "data")}\nbind 127.0.0.1", StringComparison.Ordinal)
        .Replace("port 6379", $"port {Text(Port)}", StringComparison.Ordinal);

    private void Script(string name, string line)
    {
        var file = Path.Combine(_folder, name);
        File.WriteAllText(file, $"#!/bin/sh\n{line}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static string Part(string program)
    {
        var binary = Programs.Find(program);
        Assert.SkipWhen(binary is null, $"{program} is missing: install it (Debian: apt-get install redis-server).");
        return binary!;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
