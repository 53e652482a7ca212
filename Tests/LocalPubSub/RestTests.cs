using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using System.Text;
using OrleansSie.Silo.LocalPubSub.Protocol;
using Xunit;

namespace OrleansSie.Tests.LocalPubSub;

public sealed class RestTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("_-8=")]
    [InlineData("_-8")]
    [InlineData("/+8=")]
    [InlineData("/+8")]
    public async Task Publish_EitherAlphabetOfBase64_IsTheSameData(string data)
    {
        await using var endpoint = await Endpoint.StartAsync();

        using var answer = await endpoint.PostAsync($"{Endpoint.Topic}:publish", $$"""{"messages":[{"data":"{{data}}"}]}""");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var taken = await endpoint.Server.Broker.PullAsync(Endpoint.Subscription, 1, true, Ct);
        Assert.Equal([0xff, 0xef], taken[0].Message.Data.ToByteArray());
    }

    [Theory]
    [InlineData("""{"messages":[{"data":"!!"}]}""", "messages[0].data is not base64")]
    [InlineData("""{"messages":[{"data":"aGVsbG8="},{"data":"a"}]}""", "messages[1].data is not base64")]
    [InlineData("""{"messages":""", "not JSON")]
    [InlineData("""{"messages":[{}]}""", "data or at least one attribute")]
    [InlineData("""{"messages":[{"data":"aGVsbG8="}],"messages":[]}""", "not JSON")]
    [InlineData("[]", "not correctly formatted")]
    public async Task Publish_WrongBody_IsRefusedWithTheReason(string body, string reason)
    {
        await using var endpoint = await Endpoint.StartAsync();

        using var answer = await endpoint.PostAsync($"{Endpoint.Topic}:publish", body);

        await Endpoint.AssertErrorAsync(answer, HttpStatusCode.BadRequest, "INVALID_ARGUMENT", reason);
        Assert.Equal(0, endpoint.Server.Broker.Outstanding(Endpoint.Subscription));
    }

    [Theory]
    [InlineData(11_000_000)]
    [InlineData(13_000_000)]
    public async Task Publish_TooLarge_IsRefusedWithTheLimit(int bytes)
    {
        await using var endpoint = await Endpoint.StartAsync();
        endpoint.Rest.DefaultRequestHeaders.ExpectContinue = true;
        var data = Convert.ToBase64String(new byte[bytes]);

        using var answer = await endpoint.PostAsync($"{Endpoint.Topic}:publish", $$"""{"messages":[{"data":"{{data}}"}]}""");

        await Endpoint.AssertErrorAsync(answer, HttpStatusCode.BadRequest, "INVALID_ARGUMENT", "10485760 bytes");
    }

    [Fact]
    public async Task Publish_ToUnknownTopic_IsNotFoundInGooglesForm()
    {
        await using var endpoint = await Endpoint.StartAsync();

        using var answer = await endpoint.PostAsync("projects/p/topics/nowhere:publish", """{"messages":[{"data":"aGVsbG8="}]}""");

        await Endpoint.AssertErrorAsync(answer, HttpStatusCode.NotFound, "NOT_FOUND", "projects/p/topics/nowhere");
    }

    [Fact]
    public async Task Create_WithoutBody_MakesTheTopicOnce()
    {
        await using var endpoint = await Endpoint.StartAsync();

        using var made = await endpoint.Rest.PutAsync("/v1/projects/p/topics/made", null, Ct);
        using var again = await endpoint.Rest.PutAsync("/v1/projects/p/topics/made", null, Ct);
        using var found = await endpoint.Rest.GetAsync("/v1/projects/p/topics/made?alt=json", Ct);

        Assert.Equal(HttpStatusCode.OK, made.StatusCode);
        await Endpoint.AssertErrorAsync(again, HttpStatusCode.Conflict, "ALREADY_EXISTS", "projects/p/topics/made");
        Assert.Equal("""{"name":"projects/p/topics/made"}""", (await Endpoint.JsonAsync(found)).ToJsonString());
    }

    [Fact]
    public async Task Pull_Nothing_AnswersAnEmptyObject()
    {
        await using var endpoint = await Endpoint.StartAsync();

        using var answer = await endpoint.PostAsync($"{Endpoint.Subscription}:pull", """{"maxMessages":1,"returnImmediately":true}""");

        Assert.Equal("{}", (await Endpoint.JsonAsync(answer)).ToJsonString());
    }

    [Fact]
    public async Task UnknownMethod_AnyPath_IsRefusedWithWhatThereIs()
    {
        await using var endpoint = await Endpoint.StartAsync();

        using var nowhere = await endpoint.Rest.GetAsync("/", Ct);
        using var delete = await endpoint.Rest.DeleteAsync($"/v1/{Endpoint.Topic}", Ct);

        await Endpoint.AssertErrorAsync(nowhere, HttpStatusCode.NotFound, "NOT_FOUND", "below /v1/projects/");
        await Endpoint.AssertErrorAsync(delete, HttpStatusCode.NotImplemented, "UNIMPLEMENTED", $"DELETE /v1/{Endpoint.Topic} is not part");
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("text/plain")]
    [InlineData("application/grpc-web")]
    public async Task Body_OtherContentType_IsRefusedWithTheHeaderToAdd(string contentType)
    {
        await using var endpoint = await Endpoint.StartAsync();

        using var answer = await endpoint.PostAsync($"{Endpoint.Topic}:publish", """{"messages":[{"data":"aGVsbG8="}]}""", contentType);

        await Endpoint.AssertErrorAsync(answer, HttpStatusCode.UnsupportedMediaType, "INVALID_ARGUMENT", "-H 'content-type: application/json'");
        Assert.Equal(0, endpoint.Server.Broker.Outstanding(Endpoint.Subscription));
    }

    [Theory]
    [InlineData("evil.example")]
    [InlineData("127.0.0.1.evil.example:8085")]
    [InlineData("localhost.evil.example")]
    [InlineData("10.0.0.1")]
    public async Task Host_NotLoopback_IsRefused(string host)
    {
        await using var endpoint = await Endpoint.StartAsync();
        endpoint.Rest.DefaultRequestHeaders.Host = host;

        using var answer = await endpoint.PostAsync($"{Endpoint.Topic}:publish", """{"messages":[{"data":"aGVsbG8="}]}""");

        await Endpoint.AssertErrorAsync(answer, HttpStatusCode.Forbidden, "PERMISSION_DENIED", "Host header");
        Assert.Equal(0, endpoint.Server.Broker.Outstanding(Endpoint.Subscription));
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST:1234")]
    [InlineData("127.0.0.1:9")]
    [InlineData("[::1]:8085")]
    public async Task Host_Loopback_IsServed(string host)
    {
        await using var endpoint = await Endpoint.StartAsync();
        endpoint.Rest.DefaultRequestHeaders.Host = host;

        using var answer = await endpoint.Rest.GetAsync($"/v1/{Endpoint.Topic}", Ct);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.False(answer.Headers.Contains("Server"));
        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("Access-Control", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Request_InPieces_IsServed()
    {
        await using var endpoint = await Endpoint.StartAsync();
        using var socket = new TcpClient { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, endpoint.Server.Port, Ct);
        var stream = socket.GetStream();

        foreach (var piece in new[] { "P", "UT /v1/projects/p/topics/pieces HTTP/1.1\r\nHost: localhost\r\n", "Content-Length: 0\r\nConnection: close\r\n\r\n" })
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(piece), Ct);
        }

        using var reader = new StreamReader(stream);
        Assert.StartsWith("HTTP/1.1 200", await reader.ReadToEndAsync(Ct), StringComparison.Ordinal);
        Assert.Equal("projects/p/topics/pieces", endpoint.Server.Broker.GetTopic("projects/p/topics/pieces").Name);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("identity")]
    public async Task Body_Compressed_IsRead(string encoding)
    {
        await using var endpoint = await Endpoint.StartAsync();

        using var answer = await PublishAsync(endpoint, encoding, Compressed(encoding, """{"messages":[{"data":"aGVsbG8="}]}"""));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("hello", Assert.Single(await TakeAsync(endpoint)).Message.Data.ToStringUtf8());
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task Body_LargeOnlyOnceDecompressed_IsRefusedWithTheLimit(string encoding)
    {
        await using var endpoint = await Endpoint.StartAsync();
        var bomb = Compressed(encoding, $$"""{"messages":[{"data":"{{new string('A', 40_000_000)}}"}]}""");
        Assert.True(bomb.Length < 1_000_000);

        using var answer = await PublishAsync(endpoint, encoding, bomb);

        await Endpoint.AssertErrorAsync(answer, HttpStatusCode.BadRequest, "INVALID_ARGUMENT", "10485760 bytes");
        Assert.Equal(0, endpoint.Server.Broker.Outstanding(Endpoint.Subscription));
    }

    [Theory]
    [InlineData("zstd", HttpStatusCode.UnsupportedMediaType, "gzip, deflate or br")]
    [InlineData("gzip, gzip", HttpStatusCode.UnsupportedMediaType, "gzip, deflate or br")]
    [InlineData("gzip", HttpStatusCode.BadRequest, "not what its Content-Encoding says")]
    [InlineData("deflate", HttpStatusCode.BadRequest, "not what its Content-Encoding says")]
    [InlineData("br", HttpStatusCode.BadRequest, "not what its Content-Encoding says")]
    public async Task Body_EncodingThatIsNotThere_IsRefusedWithTheReason(string encoding, HttpStatusCode code, string reason)
    {
        await using var endpoint = await Endpoint.StartAsync();

        using var answer = await PublishAsync(endpoint, encoding, Encoding.UTF8.GetBytes("""{"messages":[{"data":"aGVsbG8="}]}"""));

        await Endpoint.AssertErrorAsync(answer, code, "INVALID_ARGUMENT", reason);
        Assert.Equal(0, endpoint.Server.Broker.Outstanding(Endpoint.Subscription));
    }

    private static Task<IReadOnlyList<ReceivedMessage>> TakeAsync(Endpoint endpoint) =>
        endpoint.Server.Broker.PullAsync(Endpoint.Subscription, 10, true, Ct);

    private static async Task<HttpResponseMessage> PublishAsync(Endpoint endpoint, string encoding, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new("application/json");
        content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        return await endpoint.Rest.PostAsync($"/v1/{Endpoint.Topic}:publish", content, Ct);
    }

    private static byte[] Compressed(string encoding, string text)
    {
        // A closed MemoryStream still gives its bytes.
        var compressed = new MemoryStream();
        using (Stream stream = encoding switch
        {
            "gzip" => new GZipStream(compressed, CompressionLevel.Fastest),
            "deflate" => new ZLibStream(compressed, CompressionLevel.Fastest),
            "br" => new BrotliStream(compressed, CompressionLevel.Fastest),
            _ => compressed,
        })
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
        }

        return compressed.ToArray();
    }
}
