using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Events;
using OrleansSie.Silo.Hosting;
using OrleansSie.Silo.Logging;
using OrleansSie.Silo.Storage;
using Xunit;

namespace OrleansSie.Tests.Logging;

/// <summary>One line of at most 300 visible characters at warn and above, by whoever logs it; the whole at debug.</summary>
public sealed class BoundedLoggerTests : IDisposable
{
    private const string Category = "Orleans.Streams.pubsub";

    private readonly FakeTimeProvider _time = new();
    private readonly WrittenLog _text = new();
    private readonly WrittenLog _json = new(LogFormat.json);
    private readonly List<BoundedLoggerProvider> _providers = [];

    public static TheoryData<string> Invisible =>
    [
        "\r\n", "\n", "\t", "\u001b[31m", "\0", "\u0085", "\u009f", "\u2028", "\u2029", "\ufeff", "\ud800",
        "\u200e", "\u200f", "\u061c", "\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069",
    ];

    [Fact]
    public void Warning_WithAChainOfExceptions_IsOneShortLineWithItsCauseAndNoStack()
    {
        Logger().LogWarning(7, Thrown(), "Failed to deliver message to {Consumer}, may retry.", "abc");

        var line = Assert.Single(_text.Lines);
        Assert.EndsWith("warn: Orleans.Streams.pubsub[7] Failed to deliver message to abc, may retry. IOException: the disk is full", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Error_WithALongReason_StillSaysWhatToDo()
    {
        StorageLog.StoreUnavailable(Logger(), Thrown(), "the store at redis:6379", "SocketClosed " + new string('x', 3_000));

        var message = Message(Assert.Single(_text.Lines));
        Assert.True(message.Length <= LogLine.MaxLength, message);
        Assert.StartsWith("Cannot write to the store at redis:6379: SocketClosed xx", message, StringComparison.Ordinal);
        Assert.Contains("... Check that it runs, can be reached and has room.", message, StringComparison.Ordinal);
        Assert.Contains("IOException", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Warning_ThatIsTooLong_StillSaysWhatItIsAbout()
    {
        var subscription = "projects/p/subscriptions/" + new string('s', 100);
        Logger().Ignored(Outcome.not_json, subscription, "17", new string('x', 3_000));

        Assert.Contains($"message 17 of {subscription} can never have an effect", Assert.Single(_text.Lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(LogLevel.Warning)]
    [InlineData(LogLevel.Error)]
    [InlineData(LogLevel.Critical)]
    public void Trouble_OfAnyLength_HasAtMost300Characters(LogLevel level)
    {
        var logger = Logger();
        for (var length = 200; length < 400; length++)
        {
            var (half, whole) = (new string('é', length / 2), string.Concat(Enumerable.Repeat("😀", length / 2)));
            logger.Log(level, length, Thrown(), "A {Text} and {Other} and the end.", whole, half);
            logger.Log(level, 1_000 + length, "{Text}", whole);
            logger.Log(level, 2_000 + length, new InvalidOperationException(whole), "Short.");
        }

        Assert.Equal(600, _text.Lines.Length);
        Assert.All(_text.Lines, line => Assert.InRange(Message(line).Length, 1, LogLine.MaxLength));
        Assert.DoesNotContain('\ufffd', _text.Text);
    }

    [Fact]
    public void Trouble_AtDebug_HasItsWholeChainBesideIt()
    {
        var logger = Logger(isDebug: true);
        foreach (var time in new[] { "once", "again" })
        {
            logger.LogWarning(7, Thrown(), "It failed {Time}.", time);
        }

        Assert.Equal(3, _text.Lines.Length);
        Assert.Contains("warn: Orleans.Streams.pubsub[7] It failed once. IOException: the disk is full", _text.Lines[0], StringComparison.Ordinal);
        Assert.All(_text.Lines[1..], line =>
        {
            Assert.Contains("dbug: Orleans.Streams.pubsub[7] It failed", line, StringComparison.Ordinal);
            Assert.Contains("System.InvalidOperationException: The state could not be written.", line, StringComparison.Ordinal);
            Assert.Contains("---> System.IO.IOException: the disk is full", line, StringComparison.Ordinal);
            Assert.Contains("   at OrleansSie.Tests.Logging", line, StringComparison.Ordinal);
        });
        Assert.Contains("It failed again.", _text.Lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void Trouble_ThatIsShortAndPlain_IsWrittenOnceAtDebugToo()
    {
        Logger(isDebug: true).LogWarning(7, "It is so.");

        Assert.Single(_text.Lines);
    }

    [Theory]
    [MemberData(nameof(Invisible))]
    public void Line_WithInvisibleCharacters_IsOneVisibleLine(string invisible)
    {
        foreach (var log in new[] { _text, _json })
        {
            var logger = Logger(isDebug: true, log);
            logger.LogInformation("An instance {Instance}.", $"a{invisible}level=error");
            logger.LogDebug(new InvalidOperationException($"b{invisible}c"), "Asked again.");
            logger.LogWarning(1, new InvalidOperationException($"d{invisible}e"), "Failed of {Instance}.", $"f{invisible}g");

            Assert.Equal(4, log.Lines.Length);
            Assert.All(log.Lines, line => Assert.DoesNotContain(line, c => OneLine.Of(c.ToString()) != c.ToString()));
        }

        Assert.All(_json.Lines, line => Assert.All(Strings(JsonDocument.Parse(line).RootElement), text => Assert.Equal(OneLine.Of(text), text)));
    }

    [Fact]
    public void Json_IsAnObjectALineWithTheSameBoundsAndTheNamedValues()
    {
        Logger(log: _json).Ignored(Outcome.not_json, "projects/p/subscriptions/s", "17", new string('x', 900));

        var line = JsonDocument.Parse(Assert.Single(_json.Lines)).RootElement;
        var labels = line.GetProperty("logging.googleapis.com/labels");
        Assert.InRange(line.GetProperty("message").GetString()!.Length, 1, LogLine.MaxLength);
        Assert.Equal("WARNING", line.GetProperty("severity").GetString());
        Assert.Equal(203, line.GetProperty("event_id").GetInt32());
        Assert.Equal(DateTimeKind.Utc, line.GetProperty("time").GetDateTime().Kind);
        Assert.Equal("Ignored", labels.GetProperty("event").GetString());
        Assert.Equal("projects/p/subscriptions/s", labels.GetProperty("Subscription").GetString());
        Assert.Equal("not_json", labels.GetProperty("Outcome").GetString());
        Assert.All(Strings(line), text => Assert.True(text.Length <= LogLine.MaxLength, text));
    }

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public void SiloLogging_HasOneProviderAndThatIsTheBoundedOne(string format)
    {
        using var services = new ServiceCollection()
            .AddLogging(logging => logging.AddConsole().AddSiloLogging(new SieOptions { LogFormat = Enum.Parse<LogFormat>(format) }))
            .BuildServiceProvider();

        Assert.IsType<BoundedLoggerProvider>(Assert.Single(services.GetServices<ILoggerProvider>()));
    }

    /// <summary>Whatever their values, the lines of trouble have room for them.</summary>
    [Fact]
    public void Templates_OfTrouble_LeaveRoomForTheirValues()
    {
        var assemblies = new[] { typeof(SiloHost), typeof(Orleans.Streaming.PubSub.PubSubStreamOptions), typeof(Orleans.Clustering.Kubernetes.KubernetesClusteringOptions), typeof(OrleansSie.Grains.GrainClock) };
        var templates = assemblies.SelectMany(t => t.Assembly.GetTypes())
            .SelectMany(t => t.GetMethods((System.Reflection.BindingFlags)(-1)))
            .SelectMany(m => m.GetCustomAttributes(typeof(LoggerMessageAttribute), false).Cast<LoggerMessageAttribute>())
            .Where(a => a.Level >= LogLevel.Warning)
            .ToList();

        Assert.True(templates.Count > 30, $"{templates.Count}");
        Assert.All(templates, a => Assert.True(Regex.Replace(a.Message, "{[^}]*}", "").Length <= 200, $"{a.EventId}: {a.Message}"));
    }

    public void Dispose()
    {
        _providers.ForEach(p => p.Dispose());
        _text.Dispose();
        _json.Dispose();
    }

    private static InvalidOperationException Thrown()
    {
        try
        {
            throw new InvalidOperationException("The state could not be written.", new IOException("the disk is full"));
        }
        catch (InvalidOperationException e)
        {
            return e;
        }
    }

    /// <summary>What stands behind time, level, category and event id.</summary>
    private static string Message(string line) => line[(line.IndexOf("] ", StringComparison.Ordinal) + 2)..];

    private static IEnumerable<string> Strings(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => Strings(p.Value)),
        JsonValueKind.String => [element.GetString()!],
        _ => [],
    };

    private ILogger Logger(bool isDebug = false, WrittenLog? log = null)
    {
        var provider = new BoundedLoggerProvider(log ?? _text, isDebug, _time);
        _providers.Add(provider);
        return provider.CreateLogger(Category);
    }
}
