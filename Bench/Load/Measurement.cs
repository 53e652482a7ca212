namespace OrleansSie.Bench.Load;

/// <summary>What is measured: the names are the commands.</summary>
internal enum Measurement
{
    e2e,
    drain,
    scrape,
    seed,
    cold,
    idle,
    stuck,
}
