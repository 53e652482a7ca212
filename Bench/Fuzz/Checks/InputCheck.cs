using System.Diagnostics;
using Orleans.Streaming.PubSub;
using OrleansSie.Bench.Fuzz.Mutations;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.AuditLogs;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Events;

namespace OrleansSie.Bench.Fuzz.Checks;

/// <summary>
/// Decodes an input as the silo does and holds the result against what is promised of every message. For one thread at a time.
/// </summary>
internal sealed class InputCheck
{
    /// <summary>The project of entries that tell only a number.</summary>
    public const string DefaultProject = "default-project";

    /// <summary>A decoding allocates no more than this, and <see cref="MaxBytesPerByte"/> for each byte of data.</summary>
    public const long MaxBytes = 16_384;

    /// <summary>The shortest thing that costs an allocation, an escaped name, is eight bytes long.</summary>
    public const long MaxBytesPerByte = 8;

    private const int MinDetail = 10;
    private const int MaxDetail = 320;

    private readonly IPubSubMessageDecoder _decoder;

    public InputCheck()
        : this(decoder => decoder)
    {
    }

    /// <param name="change">Puts another decoder in the product's place, to show that its faults are found.</param>
    public InputCheck(Func<IPubSubMessageDecoder, IPubSubMessageDecoder> change) =>
        _decoder = change(new MessageDecoder(new AuditLogParser(DefaultProject), new WatchedProjects(new SieOptions())));

    /// <summary>Checks every promise that can be checked without a clock.</summary>
    public Verdict Run(FuzzInput input)
    {
        try
        {
            var begun = Stopwatch.GetTimestamp();
            var (decoded, allocated) = Measure(input);
            var elapsed = Stopwatch.GetElapsedTime(begun);
            var allowed = MaxBytes + (MaxBytesPerByte * input.Data.Length);
            if (allocated > allowed)
            {
                // What the runtime allocates once, on the first way through some code, is no cost of the input.
                allocated = Measure(input).Allocated;
            }

            var verdict = decoded.Item switch
            {
                InstanceEvent e => OfEvent(input, decoded, e),
                IgnoredMessage ignored => OfIgnored(input, decoded, ignored),
                _ => new Verdict("there is neither an event nor an outcome", "none", 0, 0, default),
            };
            var fault = verdict.Fault
                ?? (allocated > allowed ? $"{allocated} bytes were allocated for {input.Data.Length}" : null);
            return verdict with { Fault = fault, Bytes = allocated, Elapsed = elapsed };
        }
        catch (Exception e)
        {
            // That there is none is the first promise.
            return new Verdict($"threw {e.GetType().Name}: {e.StackTrace?.Split('\n')[0].Trim()}", "exception", 0, 0, default);
        }
    }

    /// <summary>The shortest of three decodings: what a busy machine adds is left out.</summary>
    public TimeSpan Time(FuzzInput input)
    {
        var shortest = TimeSpan.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            Decode(input);
            var elapsed = Stopwatch.GetElapsedTime(begun);
            shortest = elapsed < shortest ? elapsed : shortest;
        }

        return shortest;
    }

    /// <summary>The least processor time of three decodings, where nothing else runs in this process: a busy machine does not change it.</summary>
    public TimeSpan ProcessorTime(FuzzInput input)
    {
        var least = TimeSpan.MaxValue;
        for (var i = 0; i < 3; i++)
        {
            var before = Environment.CpuUsage.TotalTime;
            Decode(input);
            var spent = Environment.CpuUsage.TotalTime - before;
            least = spent < least ? spent : least;
        }

        return least;
    }

    private Verdict OfEvent(FuzzInput input, in PubSubDecoded decoded, InstanceEvent e)
    {
        var again = Decode(input);
        var elsewhere = Decode(input with { MessageId = input.MessageId + "+", PublishTime = DateTimeOffset.UnixEpoch }).Item as InstanceEvent;
        var origin = EntryOracle.Of(input.Data);
        var isOfMessage = elsewhere?.EventId != e.EventId;
        var fault = EventRules.BrokenBy(decoded, e, input.Received)
            ?? (again.Stream != decoded.Stream || again.Item as InstanceEvent != e ? "the same message decoded again is another event" : null)
            ?? (Timeless(elsewhere) != Timeless(e) ? "message id or publish time change more than identity and time" : null)
            ?? (isOfMessage && origin is { HasOperation: true } ? "the identity rests on the message although there is an operation" : null)
            ?? (!isOfMessage && origin is { HasOperation: false, MayBeEntry: false } ? "two messages without an origin are one event" : null);
        return new Verdict(fault, e.Kind.ToString(), PathSignature.Of(e, origin, isOfMessage, input.Data.Length), 0, default);
    }

    private Verdict OfIgnored(FuzzInput input, in PubSubDecoded decoded, IgnoredMessage ignored)
    {
        var fault = !Enum.IsDefined(ignored.Outcome) || ignored.Outcome is not (>= Outcome.empty or Outcome.create_failed)
                ? $"{ignored.Outcome} is no outcome of an ignored message"
            : decoded.IsDelivered ? "an ignored message is delivered"
            : ignored.Detail is not { Length: >= MinDetail and <= MaxDetail } ? "the detail is not one short sentence"
            : ignored.Detail.Any(char.IsControl) ? "the detail holds a control character"
            : Decode(input).Item as IgnoredMessage != ignored ? "the same message decoded again is ignored otherwise"
            : null;
        return new Verdict(fault, ignored.Outcome.ToString(), PathSignature.Of(ignored, input.Data.Length), 0, default);
    }

    private static InstanceEvent? Timeless(InstanceEvent? e) =>
        e is null ? null : e with { EventId = "", MessageId = "", At = e.AtIsPublishTime ? default : e.At };

    private (PubSubDecoded Decoded, long Allocated) Measure(FuzzInput input)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var decoded = Decode(input);
        return (decoded, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private PubSubDecoded Decode(FuzzInput input) => _decoder.Decode(input.Received);
}

/// <summary>What one input showed.</summary>
/// <param name="Fault">Which promise is broken; null where all are kept.</param>
/// <param name="Outcome">The kind of event, or the outcome under which the message is ignored.</param>
/// <param name="Signature">Equal for inputs that were treated alike, as far as can be seen from outside.</param>
/// <param name="Bytes">What one decoding allocated.</param>
/// <param name="Elapsed">How long one decoding took.</param>
internal readonly record struct Verdict(string? Fault, string Outcome, ulong Signature, long Bytes, TimeSpan Elapsed);

/// <summary>How long a decoding may take: wide enough for a slow machine, and far from what a quadratic one would take.</summary>
internal static class TimeBound
{
    private static readonly TimeSpan _any = TimeSpan.FromMilliseconds(5);

    // A message of 10 MB, the largest there is, must not hold up its neighbours for more than about two seconds.
    private static readonly TimeSpan _megabyte = TimeSpan.FromMilliseconds(200);

    public static TimeSpan Of(int length) => _any + (_megabyte * (length / 1e6));
}
