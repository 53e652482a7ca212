using OrleansSie.Silo.Hosting;

// One line a capability. Each part tells by itself what it needs and what it refuses.
try
{
    var options = StartUp.LoadConfiguration();
    using var logging = SiloLogging.Create(options);
    StartUp.LogSettings(options, logging);
    StartUp.RefuseTakenPorts(options);
    await using var store = await StartUp.OpenStoreAsync(options);
    await using var pubSub = await StartUp.StartLocalPubSubAsync(options, logging);
    await using var app = SiloHost.Build(options, store, pubSub?.Port);
    await app.RunAsync();
    return 0;
}
catch (StartUpException e)
{
    await Console.Error.WriteLineAsync(e.Message);
    return StartUp.ExitCodeOfBadConfiguration;
}
catch (OperationCanceledException)
{
    // Asked to end before it had started.
    return 0;
}
