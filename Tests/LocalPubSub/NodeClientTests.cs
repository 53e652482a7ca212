using System.Diagnostics;
using System.Text.Json.Nodes;
using OrleansSie.Testing.Machine;
using Xunit;

namespace OrleansSie.Tests.LocalPubSub;

/// <summary>Google's own client library for Node, whose subscribers use StreamingPull and settle by single calls.</summary>
public sealed class NodeClientTests
{
    private const string Script = """
        const { PubSub } = require('@google-cloud/pubsub');
        (async () => {
          const client = new PubSub({ projectId: 'local-project' });
          const topic = client.topic('sie-creation-topic');
          const subscription = client.subscription('sie-creation-subscription', { flowControl: { maxMessages: 1 } });
          const received = [];
          const all = new Promise((resolve, reject) => {
            subscription.on('error', reject);
            subscription.on('message', message => {
              received.push(message.data.toString());
              if (received.length === 1) message.nack();
              else message.ack();
              if (received.length === 4) resolve();
            });
          });
          for (const text of ['one', 'two', 'three']) await topic.publishMessage({ data: Buffer.from(text), attributes: { a: 'b' } });
          await all;
          await subscription.close();
          const refused = await Promise.all([
            subscription.createSnapshot('shot').catch(error => error.details),
            topic.createSubscription('filtered', { filter: 'attributes:a' }).catch(error => error.details),
          ]);
          await client.createTopic({ name: 'made', labels: { team: 'sre' } });
          const [made] = await client.topic('made').getMetadata();
          await client.topic('made').createSubscription('made');
          console.log(JSON.stringify({ received, refused, labels: made.labels }));
          process.exit(0);
        })().catch(error => { console.error(error); process.exit(1); });
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [SystemFact]
    public async Task NodesClient_PublishesSubscribesAcksAndNacks_AndIsToldWhatIsNotThere()
    {
        var folder = Environment.GetEnvironmentVariable("SIE_TEST_NODE_PUBSUB");
        Assert.SkipWhen(
            string.IsNullOrEmpty(folder) || Programs.Find("node") is null,
            "node with @google-cloud/pubsub is missing: npm install it and set SIE_TEST_NODE_PUBSUB to the folder that has node_modules.");
        await using var endpoint = await Endpoint.StartAsync();

        var told = await RunAsync(folder!, endpoint.Server.Port);

        Assert.Equal(["one", "one", "three", "two"], told["received"]!.AsArray().Select(text => (string)text!).Order());
        Assert.Equal(
            ["google.pubsub.v1.Subscriber/CreateSnapshot", "Subscription.filter"],
            told["refused"]!.AsArray().Select(text => ((string)text!).Split(" is not part of local mode's Pub/Sub; use Google's Pub/Sub emulator")[0]));
        Assert.Equal("sre", (string)told["labels"]!["team"]!);
        Assert.Equal(0, endpoint.Server.Broker.Outstanding(Endpoint.Subscription));
        Assert.Single(endpoint.Log.Lines);
    }

    private static async Task<JsonNode> RunAsync(string folder, int port)
    {
        var start = new ProcessStartInfo("node", ["-e", Script])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PUBSUB_EMULATOR_HOST"] = $"127.0.0.1:{port}" },
        };
        using var process = Process.Start(start)!;
        using var end = Ct.Register(process.Kill);
        var error = process.StandardError.ReadToEndAsync(Ct);
        var output = await process.StandardOutput.ReadToEndAsync(Ct);
        await process.WaitForExitAsync(Ct);
        Assert.True(process.ExitCode == 0, await error);
        return JsonNode.Parse(output)!;
    }
}
