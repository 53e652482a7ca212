using OrleansSie.Bench;
using OrleansSie.Bench.Chaos;
using OrleansSie.Bench.Chaos.Silos;
using OrleansSie.Bench.Fuzz;

switch (args)
{
    case ["storm", ..]:
        return await Storm.RunAsync(args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 15_000);
    case ["chaos", ..]:
        return await ChaosCommand.RunAsync(args[1..]);
    case [BrokenSilo.Command]:
        return await BrokenSilo.RunAsync();
    case ["fuzz", ..]:
        return await FuzzCommand.RunAsync(args[1..]);
    default:
        await Console.Error.WriteLineAsync($"""
            Usage: dotnet run --project Bench -c Release -- storm [interruptions, default 15000]
                   dotnet run --project Bench -c Release -- {ChaosOptions.Usage}
            {FuzzOptions.Usage}
            """);
        return 64;
}
