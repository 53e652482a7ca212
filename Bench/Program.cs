using OrleansSie.Bench;

if (args is ["storm", ..])
{
    return await Storm.RunAsync(args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 15_000);
}

await Console.Error.WriteLineAsync("Usage: dotnet run --project Bench -c Release -- storm [interruptions, default 15000]");
return 64;
