using System.Globalization;
using System.Net;
using System.Net.Sockets;
using OrleansSie.Testing;
using OrleansSie.Testing.Machine;
using OrleansSie.Testing.Parts;
using Xunit;

namespace OrleansSie.Tests.Hosting;

/// <summary>One process of the program, as a child like any other or as the first of a container, from its start to its end.</summary>
internal sealed class Life : IAsyncDisposable
{
    public const int Hup = 1, Int = 2, Quit = 3, Term = 15;

    private readonly TemporaryFolder _folder = new();
    private readonly SiloProcess _silo;
    private readonly bool _asFirst;
    private long _asked;
    private int _saidBefore;
    private int? _pid;

    private Life(Func<string, IReadOnlyDictionary<string, string>> environment, bool asFirst, IReadOnlyList<string>? command)
    {
        _asFirst = asFirst;
        var all = new Dictionary<string, string>
        {
            ["SIE__PROMETHEUS__PORT"] = Free(),
            ["SIE__LOCAL__PUBSUB_PORT"] = Free(),
            ["SIE__CLUSTERING__SILO_PORT"] = Free(),
            ["SIE__STORAGE__PATH"] = Data,
        };
        foreach (var (name, value) in environment(_folder.Path))
        {
            all[name] = value;
        }

        command ??= ["dotnet", SiloProcess.Program];
        _silo = SiloProcess.Run(
            _folder.Path,
            int.Parse(all["SIE__PROMETHEUS__PORT"], CultureInfo.InvariantCulture),
            all,
            asFirst ? ["unshare", "--pid", "--fork", "--kill-child", .. command] : command);
    }

    /// <summary>The folder of its embedded store.</summary>
    public string Data => Path.Combine(_folder.Path, "data");

    public SiloProcess Silo => _silo;

    /// <summary>What it has said since it was asked to end.</summary>
    public string LastWords => _silo.Output[_saidBefore..];

    /// <summary>Starts it.</summary>
    /// <param name="asFirst">As PID 1 of a name space of its own, as in a container.</param>
    /// <param name="environment">Its settings, given a folder; by default local mode.</param>
    /// <param name="command">What is run; by default the program.</param>
    public static Life Start(
        bool asFirst = false, Func<string, IReadOnlyDictionary<string, string>>? environment = null, IReadOnlyList<string>? command = null)
    {
        Assert.SkipUnless(
            !asFirst || SystemCommand.Try("unshare", "--pid --fork true") is null,
            "unshare cannot make a name space of processes here: run the tests as root, with util-linux.");
        return new Life(environment ?? (_ => new Dictionary<string, string>()), asFirst, command);
    }

    /// <summary>Settings of a silo that counts in a Redis at this address.</summary>
    public static Dictionary<string, string> OnRedis(string redis) => new()
    {
        ["SIE__PROJECT_NAME"] = "example-life",
        ["SIE__PROMETHEUS__ADDRESS"] = "127.0.0.1",
        ["SIE__STORAGE__PROVIDER"] = "redis",
        ["SIE__STORAGE__REDIS__CONNECTION_STRING"] = redis,

        // Nothing listens there: subscriptions are not what these tests are about.
        ["PUBSUB_EMULATOR_HOST"] = "127.0.0.1:1",
    };

    /// <summary>A server that takes connections and never answers.</summary>
    public static TcpListener Silence()
    {
        var silence = new TcpListener(IPAddress.Loopback, 0);
        silence.Start();
        return silence;
    }

    /// <summary>Waits until it has said this.</summary>
    public Task SaysAsync(string text) => Eventually.IsAsync(
        () => Task.FromResult(_silo.Output), output => output.Contains(text, StringComparison.Ordinal));

    /// <summary>Waits until it holds a file open whose path ends so.</summary>
    public Task OpensAsync(string file) => Eventually.IsAsync(
        () => Task.FromResult(OpenFiles()), files => files.Any(f => f.EndsWith(file, StringComparison.Ordinal)));

    /// <summary>Sends a signal to the program itself, whatever it was started by.</summary>
    public async Task SignalAsync(int signal = Term)
    {
        _saidBefore = _asked == 0 ? _silo.Output.Length : _saidBefore;
        _asked = _asked == 0 ? TimeProvider.System.GetTimestamp() : _asked;
        Signals.Send(await PidAsync(), signal);
    }

    /// <summary>Its exit code, and how long after the first signal it came.</summary>
    public async Task<int> EndsAsync()
    {
        var code = await _silo.ExitedAsync();
        var time = _asked == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" after {TimeProvider.System.GetElapsedTime(_asked).TotalMilliseconds:F0} ms");
        TestContext.Current.TestOutputHelper?.WriteLine($"exit {code}{time}");
        return code;
    }

    /// <summary>It ends with 0 in the promised time, and says nothing that sounds like a fault.</summary>
    public async Task EndsWellAsync()
    {
        Assert.Equal(0, await EndsAsync());
        Assert.InRange(TimeProvider.System.GetElapsedTime(_asked), TimeSpan.Zero, TimeSpan.FromSeconds(28));
        Assert.Empty(_silo.Errors);
        AssertNoFault(LastWords);
    }

    /// <summary>No line of an error, no stack, no advice to start it again.</summary>
    public static void AssertNoFault(string words) => Assert.All(
        ["fail: ", "crit: ", "   at ", "Exception", "tart it again"], sign => Assert.DoesNotContain(sign, words, StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        await _silo.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<int> PidAsync() => _pid ??= !_asFirst ? _silo.Id : int.Parse(
        await Eventually.IsAsync(() => File.ReadAllTextAsync($"/proc/{_silo.Id}/task/{_silo.Id}/children"), children => children.Length > 0),
        CultureInfo.InvariantCulture);

    private List<string> OpenFiles()
    {
        try
        {
            return [.. Directory.EnumerateFiles($"/proc/{PidAsync().GetAwaiter().GetResult()}/fd").Select(fd => File.ResolveLinkTarget(fd, false)?.FullName ?? "")];
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static string Free() => LoopbackPorts.Free().ToString(CultureInfo.InvariantCulture);
}

/// <summary>A named pipe: who reads it as a file stands still there until it is closed, and its writer knows that it does.</summary>
internal static class Pipe
{
    public static string Create(string folder)
    {
        var path = Path.Combine(folder, "pipe");
        Assert.Null(SystemCommand.Try("mkfifo", path));
        return path;
    }

    /// <summary>Ends when a reader has opened it; the reader goes on when this is closed.</summary>
    public static Task<FileStream> ReaderAsync(string path) => Task.Run(
        () => new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite), TestContext.Current.CancellationToken);
}
