using System.Collections.Concurrent;
using System.Globalization;
using CsCheck;
using Orleans.Streaming.PubSub;
using Xunit;

namespace OrleansSie.Tests.Streaming;

/// <summary>Whatever happens in whatever order: every message that is pulled ends, once, and for a reason, and nothing stands still for good.</summary>
public sealed class ProviderFuzzTests
{
    private const int Streams = 5;

    // More sequences than in a usual run.
    private static readonly int _sequences =
        int.TryParse(Environment.GetEnvironmentVariable("SIE_TEST_FUZZ_SEQUENCES"), CultureInfo.InvariantCulture, out var sequences) ? sequences : 200;

    private static readonly Gen<ProviderFuzzAction> _action = Gen.Frequency(
        (8, Gen.Const(ProviderFuzzAction.Publish)),
        (1, Gen.Const(ProviderFuzzAction.PublishIgnored)),
        (1, Gen.Const(ProviderFuzzAction.PublishBad)),
        (8, Gen.Const(ProviderFuzzAction.Receive)),
        (1, Gen.Const(ProviderFuzzAction.ReceiveWithoutConsumer)),
        (8, Gen.Const(ProviderFuzzAction.TakeOver)),
        (8, Gen.Const(ProviderFuzzAction.Return)),
        (1, Gen.Const(ProviderFuzzAction.Throw)),
        (8, Gen.Const(ProviderFuzzAction.Ack)),
        (3, Gen.Const(ProviderFuzzAction.Nack)),
        (2, Gen.Const(ProviderFuzzAction.Dispose)),
        (1, Gen.Const(ProviderFuzzAction.ReadBySecond)),
        (6, Gen.Const(ProviderFuzzAction.Wait)),
        (1, Gen.Const(ProviderFuzzAction.GrowOld)),
        (1, Gen.Const(ProviderFuzzAction.RefuseAcks)),
        (1, Gen.Const(ProviderFuzzAction.RefuseDeadlines)),
        (1, Gen.Const(ProviderFuzzAction.RefusePulls)),
        (1, Gen.Const(ProviderFuzzAction.SlowAcks)),
        (1, Gen.Frequency((3, Gen.Const(ProviderFuzzAction.Wait)), (1, Gen.Const(ProviderFuzzAction.Stop)))));

    private static readonly Gen<ProviderFuzzStep[]> _steps =
        Gen.Select(_action, Gen.Int[0, Streams - 1], Gen.Int[1, 6], (action, stream, amount) => new ProviderFuzzStep(action, stream, amount)).Array[20, 120];

    [Fact]
    public async Task Sequences_OfAnything_EndEveryMessageOnceAndLeaveNothingBehind()
    {
        var ends = new ConcurrentDictionary<string, int>();

        await _steps.SampleAsync(
            async steps => Assert.Empty(await PlayAsync(steps, ends)),
            iter: _sequences,
            threads: 2,
            print: steps => string.Join("\n", steps));

        string[] all = ["Settled", "DeliveryFailed", .. Enum.GetNames<PubSubAbandonment>()];
        Assert.Superset(all.ToHashSet(), ends.Keys.ToHashSet());
    }

    [Fact]
    public void Message_WithoutAnEnd_IsFound() => Assert.Contains(Pulled("ok/1").Violations(), violation => violation.Contains("ended 0 times"));

    [Fact]
    public void Message_WithTwoEnds_IsFound()
    {
        var ledger = Pulled("ignore:why");
        ledger.Settled(Settlement);
        ledger.Abandoned(Settlement, PubSubAbandonment.TooOld);

        Assert.Contains(ledger.Violations(), violation => violation.Contains("ended 2 times: Settled, TooOld"));
    }

    [Fact]
    public void Message_AckedWithoutADelivery_IsFound()
    {
        var ledger = Pulled("ok/1");
        ledger.Settled(Settlement);

        Assert.Contains(ledger.Violations(), violation => violation.Contains("without a successful delivery"));
    }

    private static PubSubSettlement Settlement => new(FakePubSub.Subscription, "m1", default, 1, null, null, IsDelivered: true, 1);

    private static ProviderFuzzLedger Pulled(string text)
    {
        var ledger = new ProviderFuzzLedger();
        ledger.Decode(new PubSubReceived(
            FakePubSub.Subscription, "m1", default, 1, System.Text.Encoding.UTF8.GetBytes(text), new Dictionary<string, string>()));
        return ledger;
    }

    private static async Task<List<string>> PlayAsync(ProviderFuzzStep[] steps, ConcurrentDictionary<string, int> ends)
    {
        using var fuzz = new ProviderFuzz();
        var violations = await fuzz.RunAsync(steps);
        foreach (var end in fuzz.Ledger.Ends)
        {
            ends.AddOrUpdate(end, 1, (_, count) => count + 1);
        }

        return violations;
    }
}
