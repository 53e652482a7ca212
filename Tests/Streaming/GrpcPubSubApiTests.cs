using OrleansSie.Silo.LocalPubSub.Protocol;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Orleans.Streaming.PubSub;
using Xunit;

namespace OrleansSie.Tests.Streaming;

public sealed class GrpcPubSubApiTests : IAsyncLifetime
{
    private const int TenMegabytes = 10_000_000;
    private readonly WebApplication _server;
    private readonly Service _service = new();
    private GrpcPubSubApi? _api;

    public GrpcPubSubApiTests()
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));
        builder.WebHost.UseUrls();
        builder.Services.AddGrpc(grpc => grpc.MaxSendMessageSize = null);
        builder.Services.AddSingleton(_service);
        _server = builder.Build();
        _server.MapGrpcService<Service>();
    }

    private GrpcPubSubApi Api => _api!;

    public async ValueTask InitializeAsync()
    {
        await _server.StartAsync();
        var options = new PubSubStreamOptions { EmulatorHost = new Uri(_server.Urls.First()).Authority };
        _api = new GrpcPubSubApi(options, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        Api.Dispose();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Pull_OfTheLargestMessages_IsAdmitted()
    {
        for (var i = 0; i < 4; i++)
        {
            _service.Response.ReceivedMessages.Add(new ReceivedMessage
            {
                AckId = $"a{i}",
                DeliveryAttempt = 3,
                Message = new PubsubMessage { MessageId = $"m{i}", Data = ByteString.CopyFrom(new byte[TenMegabytes]), Attributes = { ["k"] = "v" } },
            });
        }

        var pulled = await Api.PullAsync("s", 4, waits: true, TestContext.Current.CancellationToken);

        Assert.Equal(4, pulled.Count);
        Assert.Equal((TenMegabytes, "m3", 3), (pulled[3].Message.Data.Length, pulled[3].Message.MessageId, pulled[3].Message.DeliveryAttempt));
        Assert.Equal("v", pulled[3].Message.Attributes["k"]);
        Assert.InRange(pulled[3].Bytes, TenMegabytes, TenMegabytes + 100);
    }

    [Theory]
    [InlineData(StatusCode.NotFound, "Missing", "create it")]
    [InlineData(StatusCode.PermissionDenied, "Denied", "roles/pubsub.subscriber")]
    [InlineData(StatusCode.Unavailable, "Transient", "detail")]
    [InlineData(StatusCode.ResourceExhausted, "TooMuch", "detail")]
    [InlineData(StatusCode.InvalidArgument, "Refused", "detail")]
    public async Task Failure_OfAPull_SaysWhatToDo(StatusCode status, string error, string advice)
    {
        _service.Failure = new RpcException(new Status(status, "detail"));

        var thrown = await Assert.ThrowsAsync<PubSubApiException>(() => Api.PullAsync("s", 1, waits: true, TestContext.Current.CancellationToken));

        Assert.Equal(error, thrown.Error.ToString());
        Assert.Contains(advice, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Deadline_OfAnIdlePull_IsAnEmptyAnswer()
    {
        _service.Failure = new RpcException(new Status(StatusCode.DeadlineExceeded, "idle"));

        Assert.Empty(await Api.PullAsync("s", 1, waits: true, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Pull_Cancelled_EndsAsCancelled()
    {
        using var cancellation = new CancellationTokenSource();
        _service.Waits = true;
        var pull = Api.PullAsync("s", 1, waits: true, cancellation.Token);
        await _service.Waiting.Task;

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pull);
    }

    [Fact]
    public async Task Acknowledge_AndModifyAckDeadline_SendWhatTheyAreGiven()
    {
        await Api.AcknowledgeAsync("s", ["a", "b"], TestContext.Current.CancellationToken);
        await Api.ModifyAckDeadlineAsync("s", ["c"], 30, TestContext.Current.CancellationToken);

        Assert.Equal(["a", "b"], _service.Acknowledged!.AckIds);
        Assert.Equal(("s", 30), (_service.Modified!.Subscription, _service.Modified.AckDeadlineSeconds));
        Assert.Equal(["c"], _service.Modified.AckIds);
    }

    internal sealed class Service : Subscriber.SubscriberBase
    {
        public PullResponse Response { get; } = new();

        public RpcException? Failure { get; set; }

        public bool Waits { get; set; }

        public TaskCompletionSource Waiting { get; } = new();

        public AcknowledgeRequest? Acknowledged { get; private set; }

        public ModifyAckDeadlineRequest? Modified { get; private set; }

        public override async Task<PullResponse> Pull(PullRequest request, ServerCallContext context)
        {
            if (Waits)
            {
                Waiting.TrySetResult();
                await new TaskCompletionSource().Task.WaitAsync(context.CancellationToken);
            }

            return Failure is { } failure ? throw failure : Response;
        }

        public override Task<Google.Protobuf.WellKnownTypes.Empty> Acknowledge(AcknowledgeRequest request, ServerCallContext context)
        {
            Acknowledged = request;
            return Task.FromResult(new Google.Protobuf.WellKnownTypes.Empty());
        }

        public override Task<Google.Protobuf.WellKnownTypes.Empty> ModifyAckDeadline(ModifyAckDeadlineRequest request, ServerCallContext context)
        {
            Modified = request;
            return Task.FromResult(new Google.Protobuf.WellKnownTypes.Empty());
        }
    }
}
