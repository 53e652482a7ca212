using System.Globalization;
using OrleansSie.Bench;
using OrleansSie.Bench.Chaos;
using OrleansSie.Bench.Chaos.Grounds;
using OrleansSie.Bench.Fuzz;
using OrleansSie.Bench.Inventory;
using OrleansSie.Bench.Load;
using OrleansSie.Bench.Soak;

switch (args)
{
    case ["storm", ..]:
        return await Storm.RunAsync(Count(15_000));
    case ["chaos", ..]:
        return await ChaosCommand.RunAsync(args[1..]);
    case [BrokenSilo.AnswersEarly or BrokenSilo.HasStuckInstances]:
        return await BrokenSilo.RunAsync(args[0]);
    case ["e2e" or "drain" or "scrape" or "seed" or "cold" or "idle" or "stuck", ..]:
        return await LoadCommand.RunAsync(args);
    case ["fuzz", ..]:
        return await FuzzCommand.RunAsync(args[1..]);
    case ["soak", ..]:
        return await SoakRun.RunAsync(SoakOptions.Parse(args.AsSpan(1)));
    case ["backlog", ..]:
        return await BacklogRun.RunAsync(Count(20_000));
    case ["inventory", ..]:
        return await InventoryRun.RunAsync(Count(100_000));
    case [InventoryServer.Command, ..]:
        return await InventoryServer.RunAsync(Count(100_000));
    default:
        await Console.Error.WriteLineAsync($"""
            Usage: dotnet run --project Bench -c Release -- storm [interruptions, default 15000]
                   dotnet run --project Bench -c Release -- {ChaosOptions.Usage}
                   dotnet run --project Bench -c Release -- {LoadOptions.Usage}
            {FuzzOptions.Usage}
                   dotnet run --project Bench -c Release -- soak [--events 1000000] [--instances 200000] [--kills 5] [--small-memory 16m] [--only store] [--results FILE]
                   dotnet run --project Bench -c Release -- backlog [instances, default 20000]
                   dotnet run --project Bench -c Release -- inventory [instances, default 100000]
            """);
        return 64;
}

int Count(int standard) => args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : standard;
