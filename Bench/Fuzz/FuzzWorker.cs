using OrleansSie.Bench.Fuzz.Checks;
using OrleansSie.Bench.Fuzz.Mutations;

namespace OrleansSie.Bench.Fuzz;

/// <summary>
/// One thread of a run: mutates the samples and its corpus, which is every input that went a way no input of this worker had gone.
/// What it tries is decided by its seed alone.
/// </summary>
internal sealed class FuzzWorker
{
    private const int MaxCorpus = 8_192;
    private const int MaxCorpusLength = 12_288;

    private readonly FuzzRandom _random;
    private readonly long _inputs;
    private readonly InputCheck _check = new();
    private readonly List<byte[]> _corpus = [];

    public FuzzWorker(ulong seed, int number, long inputs)
    {
        // Far apart in the sequence, so that no two workers try the same.
        _random = new FuzzRandom(new FuzzRandom(seed ^ ((ulong)number << 32)).Next());
        _inputs = inputs;
    }

    public FuzzTally Tally { get; } = new();

    public int CorpusSize => _corpus.Count;

    /// <summary>The first input that broke a promise, with the promise; null while there is none.</summary>
    public (FuzzInput Input, string Fault)? Failure { get; private set; }

    /// <summary>Runs until all inputs are tried, one failed, or it is told to stop.</summary>
    public void Run(CancellationToken cancellation)
    {
        while (Tally.Inputs < _inputs && Failure is null && !cancellation.IsCancellationRequested)
        {
            Try(Mutator.Next(Parent(), Parent(), _random));
        }
    }

    private void Try(FuzzInput input)
    {
        var verdict = _check.Run(input);
        var fault = verdict.Fault;
        if (fault is null && (verdict.Elapsed > Tally.Slowest.Time || verdict.Elapsed > TimeBound.Of(input.Data.Length)))
        {
            var time = _check.Time(input);
            Tally.AddSlow(input, time);
            fault = time > TimeBound.Of(input.Data.Length) ? $"takes longer than {TimeBound.Of(input.Data.Length).TotalMilliseconds:F1} ms" : null;
        }

        if (fault is not null)
        {
            Failure = (input, fault);
        }

        if (Tally.Add(input, verdict) && _corpus.Count < MaxCorpus && input.Data.Length <= MaxCorpusLength)
        {
            _corpus.Add(input.Data);
        }
    }

    private byte[] Parent() => _corpus.Count == 0 || _random.OneIn(2) ? _random.Pick(Seeds.All) : _random.Pick(_corpus);
}
