using System.Collections.Concurrent;
using CsCheck;
using OrleansSie.Bench.Fuzz;
using OrleansSie.Bench.Fuzz.Checks;
using OrleansSie.Bench.Fuzz.Mutations;
using OrleansSie.Grains.Interfaces;
using Xunit;

namespace OrleansSie.Tests.AuditLogs;

/// <summary>The fuzz run of the bench in small: the same inputs and the same promises, in every test run.</summary>
public sealed class MessageFuzzTests
{
    public static TheoryData<string> Shapes { get; } = [.. GrowthShapes.All.Select(shape => shape.Name)];

    [Fact]
    public void MutatedMessages_KeepEveryPromiseAndReachEveryOutcome()
    {
        var found = new ConcurrentDictionary<string, int>();
        using var check = new ThreadLocal<InputCheck>(() => new InputCheck());

        Gen.ULong.Select(Mutator.FromSeed).Sample(
            input =>
            {
                var verdict = check.Value!.Run(input);
                Assert.Null(verdict.Fault);
                found.AddOrUpdate(verdict.Outcome, 1, (_, count) => count + 1);
            },
            iter: 20_000,
            threads: 2,
            print: input => input.ToString());

        // Of which project's events are left out is a setting, and not one of the bench.
        var ignored = Enum.GetValues<Outcome>()
            .Where(outcome => outcome is >= Outcome.empty and not Outcome.unlisted_project)
            .Select(outcome => outcome.ToString());
        Assert.Superset(ignored.Concat(Enum.GetNames<InstanceEventKind>()).ToHashSet(), found.Keys.ToHashSet());
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Message_WithAPartThatGrows_CostsMemoryInProportion(string name)
    {
        var shape = GrowthShapes.All.Single(each => each.Name == name);
        var check = new InputCheck();
        _ = check.Run(GrowthShapes.Of(shape, 1_000));

        var small = check.Run(GrowthShapes.Of(shape, 30_000));
        var large = check.Run(GrowthShapes.Of(shape, 300_000));

        Assert.Equal((null, null), (small.Fault, large.Fault));
        Assert.InRange(large.Bytes, 1, (small.Bytes * 20) + 4_096);
    }

    [Fact]
    public void Run_OfOneSeed_IsTheSameAgain()
    {
        var first = new FuzzWorker(seed: 7, number: 0, inputs: 3_000);
        var second = new FuzzWorker(seed: 7, number: 0, inputs: 3_000);
        var other = new FuzzWorker(seed: 7, number: 1, inputs: 3_000);

        first.Run(TestContext.Current.CancellationToken);
        second.Run(TestContext.Current.CancellationToken);
        other.Run(TestContext.Current.CancellationToken);

        Assert.Equal(3_000, first.Tally.Inputs);
        Assert.Equal((first.Tally.DataBytes, first.CorpusSize), (second.Tally.DataBytes, second.CorpusSize));
        Assert.Equivalent(first.Tally.Outcomes, second.Tally.Outcomes, strict: true);
        Assert.True(first.Tally.Signatures.SetEquals(second.Tally.Signatures));
        Assert.NotEqual(first.Tally.DataBytes, other.Tally.DataBytes);
    }

    [Fact]
    public void FailingInput_IsShortenedToWhatFails()
    {
        var input = Mutator.FromSeed(1) with { Data = [.. new byte[500], 7, .. new byte[300], 9, .. new byte[50]] };

        var shortest = Minimizer.Shorten(input, each => each.Data.Contains((byte)7) && each.Data.Contains((byte)9));

        Assert.Equal([7, 9], shortest.Data);
    }
}
