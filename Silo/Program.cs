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
    using var deadline = StopDeadline.Of(app);
    await app.RunAsync();
    return 0;
}
catch (Exception e)
{
    var end = ProcessEnd.Of(e);
    await (end.Message is { } message ? Console.Error.WriteLineAsync(message) : Task.CompletedTask);
    return end.ExitCode;
}
