using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Orleans.Streaming.PubSub;
using OrleansSie.Silo.Compute;
using OrleansSie.Silo.Configuration;
using OrleansSie.Testing.Compute;
using Xunit;

namespace OrleansSie.Tests.Compute;

/// <summary>What the one class that touches the Compute API does when something goes wrong, over real HTTP.</summary>
public sealed class ComputeFailureTests
{
    private readonly SkippingTime _time = new();
    private readonly RecordingListing _listing = new();

    [Fact]
    public async Task Credentials_ThatCannotBeRead_EndTheListingAndSayWhatToDo()
    {
        using var file = new CredentialFile();
        using var api = new ComputeApi(new SieOptions { Compute = new ComputeOptions { Endpoint = "https://127.0.0.1:1" } }, _time);

        var fault = await Assert.ThrowsAsync<ComputeException>(
            () => api.ListAsync(Listings.Instances, _listing, TestContext.Current.CancellationToken));

        Assert.Equal(ComputeError.credentials, fault.Error);
        Assert.Contains("workload identity", fault.Message, StringComparison.Ordinal);
        Assert.Empty(_time.Pauses);
    }

    [Fact]
    public async Task Credentials_ThatWereMended_AreTakenByTheSameProcess()
    {
        using var file = new CredentialFile();
        var credentials = new GoogleCredentials(GoogleCredentials.PubSubScope);
        await Assert.ThrowsAsync<PubSubApiException>(async () => await credentials.HeadersAsync(TestContext.Current.CancellationToken));

        await using var tokens = WebApplication.CreateSlimBuilder().Build();
        tokens.Urls.Add("http://127.0.0.1:0");
        tokens.MapPost("/token", () => Results.Text("{\"access_token\":\"mended\",\"expires_in\":3600,\"token_type\":\"Bearer\"}", "application/json"));
        await tokens.StartAsync(TestContext.Current.CancellationToken);
        file.Write(tokens.Urls.Single() + "/token");

        var headers = await credentials.HeadersAsync(TestContext.Current.CancellationToken);
        Assert.Equal("Bearer mended", headers.GetValue("authorization"));
    }

    [Fact]
    public async Task Quota_UsedUpMidListing_WaitsForTheNextMinuteAndGoesOnWhereItWas()
    {
        await using var compute = await Listings.StartAsync(count: 30, pageSize: 10);
        compute.Answer = r => r.Number is 1 or 2 ? new FakeAnswer { Status = HttpStatusCode.Forbidden, Reason = "rateLimitExceeded" } : null;

        await ListAsync(compute);

        // The clock stands at 20 s past the minute.
        var pauses = _time.Pauses.ToArray();
        Assert.InRange(pauses[0], TimeSpan.FromSeconds(40), TimeSpan.FromSeconds(41));
        Assert.InRange(pauses[1], TimeSpan.FromSeconds(59), TimeSpan.FromSeconds(61));
        Assert.Equal([null, "page-10", "page-10", "page-10", "page-20"], compute.Requests.Select(r => r.PageToken));
        Assert.Equal([ComputeError.quota, ComputeError.quota], _listing.Retries);
        Assert.Equal(30, _listing.Items.Count);
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests, ComputeError.throttled)]
    [InlineData(HttpStatusCode.InternalServerError, ComputeError.server)]
    [InlineData(HttpStatusCode.BadGateway, ComputeError.server)]
    [InlineData(HttpStatusCode.ServiceUnavailable, ComputeError.server)]
    [InlineData(HttpStatusCode.GatewayTimeout, ComputeError.server)]
    internal async Task Failure_MidListing_IsTriedAgainAfterGrowingPauses(HttpStatusCode status, ComputeError error)
    {
        await using var compute = await Listings.StartAsync(count: 30, pageSize: 10);
        compute.Answer = r => r.Number is >= 1 and <= 4 ? new FakeAnswer { Status = status } : null;

        await ListAsync(compute);

        Assert.Equal(30, _listing.Items.Count);
        Assert.Equal(Enumerable.Repeat(error, 4), _listing.Retries);
        var expected = 1.0;
        foreach (var pause in _time.Pauses)
        {
            Assert.InRange(pause.TotalSeconds, expected / 2, expected);
            expected *= 2;
        }
    }

    [Fact]
    public async Task Failure_WithRetryAfter_IsNotTriedEarlier()
    {
        await using var compute = await Listings.StartAsync(count: 3);
        compute.Answer = r => r.Number switch
        {
            0 => new FakeAnswer { Status = HttpStatusCode.ServiceUnavailable, RetryAfter = "17" },
            1 => new FakeAnswer { Status = HttpStatusCode.TooManyRequests, RetryAfter = "Mon, 02 Mar 2026 12:05:00 GMT" },
            _ => null,
        };

        await ListAsync(compute);

        Assert.Equal([TimeSpan.FromSeconds(17), TimeSpan.FromSeconds(263)], _time.Pauses.Select(p => TimeSpan.FromSeconds(Math.Round(p.TotalSeconds))));
        Assert.Equal(3, _listing.Items.Count);
    }

    [Fact]
    public async Task Failure_ThatLasts_EndsTheListing()
    {
        await using var compute = await Listings.StartAsync(count: 3);
        compute.Answer = _ => new FakeAnswer { Status = HttpStatusCode.ServiceUnavailable };

        var fault = await Assert.ThrowsAsync<ComputeException>(() => ListAsync(compute));

        Assert.Equal(ComputeError.server, fault.Error);
        Assert.Equal(8, compute.Requests.Count);
    }

    [Fact]
    public async Task Connection_CutInThePage_IsTriedAgain()
    {
        await using var compute = await Listings.StartAsync(count: 30, pageSize: 10);
        compute.Answer = r => r.Number == 1 ? new FakeAnswer { IsCut = true } : null;

        await ListAsync(compute);

        Assert.Equal([ComputeError.connection], _listing.Retries);
        Assert.Equal(30, _listing.Items.Distinct().Count());
    }

    [Fact]
    public async Task Connection_ToNobody_EndsTheListingAndSaysWhere()
    {
        var compute = await Listings.StartAsync(count: 1);
        using var api = Listings.ApiOf(compute, _time);
        var endpoint = compute.Endpoint;
        await compute.DisposeAsync();

        var fault = await Assert.ThrowsAsync<ComputeException>(() => api.ListAsync(Listings.Instances, _listing, TestContext.Current.CancellationToken));

        Assert.Equal(ComputeError.connection, fault.Error);
        Assert.Contains(endpoint, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_SlowerThanTheLimit_IsTriedAgain()
    {
        await using var compute = await Listings.StartAsync(count: 3);
        var asked = new TaskCompletionSource();
        var never = new TaskCompletionSource();
        compute.Answer = r =>
        {
            asked.TrySetResult();
            return r.Number == 0 ? new FakeAnswer { After = never.Task } : null;
        };

        var list = ListAsync(compute);
        await asked.Task;
        _time.Advance(ComputeApi.AttemptLimit);
        await list;

        Assert.Equal([ComputeError.connection], _listing.Retries);
        Assert.Equal(3, _listing.Items.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("[]")]
    [InlineData("""{"items":{"zones/a":{"instances":[{"id":"1" """)]
    public async Task Answer_ThatIsNoPage_IsTriedAgain(string text)
    {
        await using var compute = await Listings.StartAsync(count: 3);
        compute.Answer = r => r.Number == 0 ? new FakeAnswer { Text = text } : null;

        await ListAsync(compute);

        Assert.Equal([ComputeError.malformed], _listing.Retries);
        Assert.Equal(3, _listing.Items.Count(i => i.Name.Length > 0));
    }

    [Fact]
    public async Task PageToken_Refused_BeginsAgainFromTheFirstPage()
    {
        await using var compute = await Listings.StartAsync(count: 30, pageSize: 10);
        compute.Answer = r => r.Number == 2 ? new FakeAnswer { Status = HttpStatusCode.BadRequest, Reason = "invalid" } : null;

        var scopes = await ListAsync(compute);

        Assert.Equal([null, "page-10", "page-20", null, "page-10", "page-20"], compute.Requests.Select(r => r.PageToken));
        Assert.Equal([ComputeError.page_token], _listing.Retries);
        Assert.Equal(30, _listing.Items.Distinct().Count());
        Assert.True(scopes.HoldsAllOf("europe-west1-b"));
    }

    [Fact]
    public async Task PageToken_AlwaysRefused_EndsTheListing()
    {
        await using var compute = await Listings.StartAsync(count: 30, pageSize: 10);
        compute.Answer = r => r.PageToken is null ? null : new FakeAnswer { Status = HttpStatusCode.BadRequest, Reason = "invalid" };

        var fault = await Assert.ThrowsAsync<ComputeException>(() => ListAsync(compute));

        Assert.Equal(ComputeError.page_token, fault.Error);
        Assert.Equal(4, compute.Listings);
    }

    [Theory]
    [InlineData(HttpStatusCode.Forbidden, "forbidden", ComputeError.forbidden, "grant roles/compute.viewer")]
    [InlineData(HttpStatusCode.Forbidden, "accessNotConfigured", ComputeError.forbidden, "enable the Compute Engine API")]
    [InlineData(HttpStatusCode.Unauthorized, "required", ComputeError.forbidden, "grant roles/compute.viewer")]
    [InlineData(HttpStatusCode.NotFound, "notFound", ComputeError.forbidden, "correct the project's id")]
    [InlineData(HttpStatusCode.BadRequest, "invalid", ComputeError.refused, "correct compute.endpoint")]
    [InlineData(HttpStatusCode.Found, "moved", ComputeError.refused, "correct compute.endpoint")]
    internal async Task Refusal_IsNotTriedAgainAndSaysWhatToDo(HttpStatusCode status, string reason, ComputeError error, string advice)
    {
        await using var compute = await Listings.StartAsync(count: 3);
        compute.Answer = _ => new FakeAnswer { Status = status, Reason = reason };

        var fault = await Assert.ThrowsAsync<ComputeException>(() => ListAsync(compute));

        Assert.Equal(error, fault.Error);
        Assert.Contains(advice, fault.Message, StringComparison.Ordinal);
        Assert.Single(compute.Requests);
        Assert.Empty(_time.Pauses);
    }

    private async Task<ListedScopes> ListAsync(FakeCompute compute)
    {
        using var api = Listings.ApiOf(compute, _time);
        return await api.ListAsync(Listings.Instances, _listing, TestContext.Current.CancellationToken);
    }
}
