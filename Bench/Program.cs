using OrleansSie.Bench;
using OrleansSie.Bench.Chaos;
using OrleansSie.Bench.Chaos.Silos;

switch (args)
{
    case ["storm", ..]:
        return await Storm.RunAsync(args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 15_000);
    case ["chaos", ..]:
        return await ChaosCommand.RunAsync(args[1..]);
    case [BrokenSilo.Command]:
        return await BrokenSilo.RunAsync();
    default:
        await Console.Error.WriteLineAsync($"""
            Usage: dotnet run --project Bench -c Release -- storm [interruptions, default 15000]
                   dotnet run --project Bench -c Release -- {ChaosOptions.Usage}
            """);
        return 64;
}
