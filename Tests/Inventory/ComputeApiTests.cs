using System.Net;
using OrleansSie.Silo.Configuration;
using OrleansSie.Silo.Inventory;
using Xunit;

namespace OrleansSie.Tests.Inventory;

/// <summary>The one class that touches the Compute API, over real HTTP and real pages.</summary>
public sealed class ComputeApiTests
{
    private static readonly ComputeRequest _instances = new("p", "instances", ListedInstance.Fields);

    private readonly SkippingTime _time = new();
    private readonly RecordingListing _listing = new();

    [Fact]
    public async Task List_OfAScopeSplitOverPages_HoldsEachInstanceOnce()
    {
        await using var compute = await StartAsync(count: 50, pageSize: 7);

        var scopes = await ListAsync(compute);

        Assert.Equal(50, _listing.Items.Distinct().Count());
        Assert.Equal(50, _listing.Items.Count);
        Assert.Equal(8, _listing.Pages);
        Assert.All(["europe-west1-b", "europe-west1-c", "europe-west1-d", "us-east1-d"], zone => Assert.True(scopes.HoldsAllOf(zone)));
        Assert.False(scopes.HoldsAllOf("us-west1-a"), "a zone that was not spoken of");
        Assert.Empty(_listing.Retries);
    }

    [Fact]
    public async Task Request_AsksForPartialSuccessSmallItemsAndNothingElse()
    {
        await using var compute = await StartAsync(count: 1);

        await ListAsync(compute, _instances with { Filter = "labels.goog-k8s-cluster-name:*" });

        var query = Assert.Single(compute.Requests).Query;
        Assert.Equal(["fields", "filter", "maxResults", "returnPartialSuccess"], query.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("true", query["returnPartialSuccess"]);
        Assert.Equal("500", query["maxResults"]);
        Assert.Equal("labels.goog-k8s-cluster-name:*", query["filter"]);
        Assert.Equal(
            "items/*/instances(id,name,creationTimestamp,machineType,labels,scheduling(provisioningModel,preemptible)),"
                + "items/*/warning(code),nextPageToken,unreachables,warning(code)",
            query["fields"]);
    }

    [Fact]
    public async Task Request_ToPlainHttp_SeeksAndSendsNoCredentials()
    {
        await using var compute = await StartAsync(count: 20, pageSize: 5);
        using var api = ApiOf(compute);

        await api.ListAsync(_instances, _listing, TestContext.Current.CancellationToken);

        Assert.False(api.HasCredentials);
        Assert.Equal(4, compute.Requests.Count);
        Assert.All(compute.Requests, request => Assert.Null(request.Authorization));
    }

    [Fact]
    public void Request_ToGoogle_HasCredentials()
    {
        using var api = new ComputeApi(new SieOptions(), _time);

        Assert.True(api.HasCredentials);
    }

    [Fact]
    public async Task Credentials_ThatCannotBeRead_EndTheListingAndSayWhatToDo()
    {
        const string variable = "GOOGLE_APPLICATION_CREDENTIALS";
        var before = Environment.GetEnvironmentVariable(variable);
        Environment.SetEnvironmentVariable(variable, "/nowhere/key.json");
        try
        {
            using var api = new ComputeApi(new SieOptions { Compute = new ComputeOptions { Endpoint = "https://127.0.0.1:1" } }, _time);

            var fault = await Assert.ThrowsAsync<ComputeException>(
                () => api.ListAsync(_instances, _listing, TestContext.Current.CancellationToken));

            Assert.Equal(ComputeError.credentials, fault.Error);
            Assert.Contains("workload identity", fault.Message, StringComparison.Ordinal);
            Assert.Empty(_time.Pauses);
        }
        finally
        {
            Environment.SetEnvironmentVariable(variable, before);
        }
    }

    [Theory]
    [InlineData("UNREACHABLE")]
    [InlineData("PARTIAL_SUCCESS")]
    [InlineData("LIST_OVERHEAD_QUOTA_EXCEED")]
    public async Task List_WithAWarningOfAZone_DoesNotHoldAllOfIt(string code)
    {
        await using var compute = await StartAsync(count: 9);
        compute.Warnings = new Dictionary<string, string> { ["europe-west1-c"] = code };

        var scopes = await ListAsync(compute);

        Assert.Equal("europe-west1-c", Assert.Single(scopes.Unreachable));
        Assert.False(scopes.HoldsAllOf("europe-west1-c"));
        Assert.True(scopes.HoldsAllOf("europe-west1-b"));
        Assert.Equal(6, _listing.Items.Count);
    }

    [Fact]
    public async Task List_WithAWarningAboutAllOfIt_HoldsAllOfNoZone()
    {
        await using var compute = await StartAsync(count: 9);
        compute.Warning = "PARTIAL_SUCCESS";

        var scopes = await ListAsync(compute);

        Assert.True(scopes.IsPartial);
        Assert.False(scopes.HoldsAllOf("europe-west1-b"));
        Assert.Equal(9, _listing.Items.Count);
    }

    [Fact]
    public async Task List_WithAnItemThatIsNotUnderstood_DoesNotHoldAllOfItsZone()
    {
        await using var compute = await StartAsync(count: 3);
        using var api = ApiOf(compute);
        var listing = new RecordingListing { Understands = name => !name.EndsWith('1') };

        var scopes = await api.ListAsync(_instances, listing, TestContext.Current.CancellationToken);

        Assert.False(scopes.HoldsAllOf("europe-west1-c"));
        Assert.True(scopes.HoldsAllOf("europe-west1-b"));
        Assert.Empty(scopes.Unreachable);
    }

    [Theory]
    [InlineData("zones/us-east1-b", "us-east1-b")]
    [InlineData("projects/p/zones/us-east1-b", "us-east1-b")]
    [InlineData("https://www.googleapis.com/compute/v1/projects/p/zones/us-east1-b", "us-east1-b")]
    [InlineData("regions/us-east1", "us-east1")]
    public async Task List_WithAnUnreachableScope_KnowsItInEveryForm(string scope, string name)
    {
        await using var compute = await StartAsync(count: 3);
        compute.Answer = _ => new FakeAnswer { Text = $$"""{"items":{"zones/us-east1-b":{} },"unreachables":["{{scope}}"]}""" };

        var scopes = await ListAsync(compute);

        Assert.Equal(name, Assert.Single(scopes.Unreachable));
        Assert.False(scopes.HoldsAllOf("us-east1-b"));
    }

    [Fact]
    public async Task Quota_UsedUpMidListing_WaitsForTheNextMinuteAndGoesOnWhereItWas()
    {
        await using var compute = await StartAsync(count: 30, pageSize: 10);
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
        await using var compute = await StartAsync(count: 30, pageSize: 10);
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
        await using var compute = await StartAsync(count: 3);
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
        await using var compute = await StartAsync(count: 3);
        compute.Answer = _ => new FakeAnswer { Status = HttpStatusCode.ServiceUnavailable };

        var fault = await Assert.ThrowsAsync<ComputeException>(() => ListAsync(compute));

        Assert.Equal(ComputeError.server, fault.Error);
        Assert.Equal(8, compute.Requests.Count);
    }

    [Fact]
    public async Task Connection_CutInThePage_IsTriedAgain()
    {
        await using var compute = await StartAsync(count: 30, pageSize: 10);
        compute.Answer = r => r.Number == 1 ? new FakeAnswer { IsCut = true } : null;

        await ListAsync(compute);

        Assert.Equal([ComputeError.connection], _listing.Retries);
        Assert.Equal(30, _listing.Items.Distinct().Count());
    }

    [Fact]
    public async Task Connection_ToNobody_EndsTheListingAndSaysWhere()
    {
        var compute = await StartAsync(count: 1);
        using var api = ApiOf(compute);
        var endpoint = compute.Endpoint;
        await compute.DisposeAsync();

        var fault = await Assert.ThrowsAsync<ComputeException>(() => api.ListAsync(_instances, _listing, TestContext.Current.CancellationToken));

        Assert.Equal(ComputeError.connection, fault.Error);
        Assert.Contains(endpoint, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Answer_SlowerThanTheLimit_IsTriedAgain()
    {
        await using var compute = await StartAsync(count: 3);
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
        await using var compute = await StartAsync(count: 3);
        compute.Answer = r => r.Number == 0 ? new FakeAnswer { Text = text } : null;

        await ListAsync(compute);

        Assert.Equal([ComputeError.malformed], _listing.Retries);
        Assert.Equal(3, _listing.Items.Count(i => i.Name.Length > 0));
    }

    [Fact]
    public async Task PageToken_Refused_BeginsAgainFromTheFirstPage()
    {
        await using var compute = await StartAsync(count: 30, pageSize: 10);
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
        await using var compute = await StartAsync(count: 30, pageSize: 10);
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
        await using var compute = await StartAsync(count: 3);
        compute.Answer = _ => new FakeAnswer { Status = status, Reason = reason };

        var fault = await Assert.ThrowsAsync<ComputeException>(() => ListAsync(compute));

        Assert.Equal(error, fault.Error);
        Assert.Contains(advice, fault.Message, StringComparison.Ordinal);
        Assert.Single(compute.Requests);
        Assert.Empty(_time.Pauses);
    }

    private static ComputeApi ApiOf(FakeCompute compute, TimeProvider? time = null) =>
        new(new SieOptions { Compute = new ComputeOptions { Endpoint = compute.Endpoint } }, time ?? new SkippingTime());

    private static async Task<FakeCompute> StartAsync(int count, int pageSize = 500)
    {
        var compute = await FakeCompute.StartAsync();
        compute.PageSize = pageSize;
        compute.PutInstances("p", Enumerable.Range(0, count).Select(FakeInstance.Numbered));
        return compute;
    }

    private async Task<ListedScopes> ListAsync(FakeCompute compute, ComputeRequest? request = null)
    {
        using var api = ApiOf(compute, _time);
        return await api.ListAsync(request ?? _instances, _listing, TestContext.Current.CancellationToken);
    }
}
