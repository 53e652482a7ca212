using OrleansSie.Silo.Hosting;

// This comes first, so that a request to stop also ends a start.
var stop = StopRequest.Listen();
using var deadline = StopDeadline.Of(stop);

// One line a capability. Each part says itself what it needs and what it refuses.
try
{
    var shown = StateCommand.KeyIn(args);
    if (shown is null && CommandLine.Answers(args))
    {
        return 0;
    }

    OutgoingProxy.Use();
    var options = await StartUp.LoadConfigurationAsync(stop);
    if (shown is not null)
    {
        return await StateCommand.ShowAsync(shown, options, Console.Out);
    }

    using var logging = SiloLogging.Create(options);
    StartUp.LogSettings(options, logging);
    StartUp.RefuseTakenPorts(options);
    await using var store = await StartUp.OpenStoreAsync(options, stop);
    await using var pubSub = await StartUp.StartLocalPubSubAsync(options, logging, stop);
    while (true)
    {
        await using var app = SiloHost.Build(options, store, pubSub?.Port, stop);
        if (await SiloHost.RunAsync(app, stop) is { } exitCode)
        {
            return exitCode;
        }
    }
}
catch (Exception e)
{
    return ProcessEnd.Of(e, stop.IsAsked).Tell();
}
