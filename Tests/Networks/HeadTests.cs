using System.Net;
using OrleansSie.Testing;
using OrleansSie.Tests.EndToEnd;
using Xunit;
using Endpoint = OrleansSie.Tests.LocalPubSub.Endpoint;

namespace OrleansSie.Tests.Networks;

/// <summary>HEAD is answered wherever GET is, with the same status and headers, and nothing else is taken there.</summary>
public sealed class HeadTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Head_OfEveryPathOfTheSilo_IsAnsweredAsGetWithoutABody()
    {
        using var folder = new TemporaryFolder();
        await using var silo = await LocalSilo.StartAsync(folder.Path);

        await silo.SettledAsync(_ => true);

        foreach (var path in (string[])["/", "/healthz/live", "/healthz/ready", "/metrics", "/metrics/cluster"])
        {
            await AssertHeadIsGetAsync(silo.Http, path);
            using var posted = await silo.Http.PostAsync(new Uri(path, UriKind.Relative), null, Ct);
            Assert.Equal(HttpStatusCode.MethodNotAllowed, posted.StatusCode);
        }

        using var nowhere = await HeadAsync(silo.Http, "/nowhere");
        Assert.Equal(HttpStatusCode.NotFound, nowhere.StatusCode);
    }

    [Fact]
    public async Task Head_OfTheLocalPubSub_IsAnsweredAsGetWithoutABody()
    {
        await using var endpoint = await Endpoint.StartAsync();

        await AssertHeadIsGetAsync(endpoint.Rest, $"/v1/{Endpoint.Topic}");
        await AssertHeadIsGetAsync(endpoint.Rest, $"/v1/{Endpoint.Subscription}");
        await AssertHeadIsGetAsync(endpoint.Rest, $"/v1/{Endpoint.Topic}x");
    }

    private static async Task AssertHeadIsGetAsync(HttpClient http, string path)
    {
        using var got = await http.GetAsync(new Uri(path, UriKind.Relative), Ct);
        using var head = await HeadAsync(http, path);

        Assert.Equal((path, got.StatusCode), (path, head.StatusCode));
        Assert.Equal(got.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Ct));
    }

    private static async Task<HttpResponseMessage> HeadAsync(HttpClient http, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, new Uri(path, UriKind.Relative));
        return await http.SendAsync(request, Ct);
    }
}
