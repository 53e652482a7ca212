using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Google.Cloud.PubSub.V1;
using Grpc.Core;
using Grpc.Net.Client;
using OrleansSie.Silo.LocalPubSub;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.LocalPubSub;

/// <summary>A running server with a topic and its subscription, a gRPC client and an HTTP/1.1 client to its one port.</summary>
internal sealed class Endpoint : IAsyncDisposable
{
    public const string Topic = "projects/local-project/topics/sie-creation-topic";
    public const string Subscription = "projects/local-project/subscriptions/sie-creation-subscription";

    private readonly GrpcChannel _channel;

    private Endpoint(LocalPubSubServer server, LogRecorder log)
    {
        Server = server;
        Log = log;
        var address = new Uri($"http://127.0.0.1:{server.Port}");
        _channel = GrpcChannel.ForAddress(address, new GrpcChannelOptions { MaxReceiveMessageSize = null });
        Publisher = new Publisher.PublisherClient(_channel);
        Subscriber = new Subscriber.SubscriberClient(_channel);
        Rest = new HttpClient { BaseAddress = address };
    }

    public LocalPubSubServer Server { get; }

    public LogRecorder Log { get; }

    public Publisher.PublisherClient Publisher { get; }

    public Subscriber.SubscriberClient Subscriber { get; }

    public HttpClient Rest { get; }

    /// <summary>For methods that have no generated client.</summary>
    public CallInvoker Invoker => _channel.CreateCallInvoker();

    public static async Task<Endpoint> StartAsync(TimeProvider? time = null)
    {
        var log = new LogRecorder();
        var settings = new LocalPubSubSettings { Logging = log, Ready = [(Topic, Subscription)], Time = time ?? TimeProvider.System };
        return new Endpoint(await LocalPubSubServer.StartAsync(settings, TestContext.Current.CancellationToken), log);
    }

    public Task<HttpResponseMessage> PostAsync(string path, string body, string contentType = "application/json") =>
        Rest.PostAsync($"/v1/{path}", new StringContent(body, Encoding.UTF8, contentType), TestContext.Current.CancellationToken);

    public static async Task<JsonNode> JsonAsync(HttpResponseMessage answer) =>
        JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!;

    /// <summary>The error must have Google's form, this code and status, and say this.</summary>
    public static async Task AssertErrorAsync(HttpResponseMessage answer, HttpStatusCode code, string status, string part)
    {
        var error = (await JsonAsync(answer))["error"]!;
        Assert.Contains(part, (string)error["message"]!, StringComparison.Ordinal);
        Assert.Equal((code, status, (int)code), (answer.StatusCode, (string)error["status"]!, (int)error["code"]!));
    }

    public async ValueTask DisposeAsync()
    {
        Rest.Dispose();
        _channel.Dispose();
        await Server.DisposeAsync();
    }
}
