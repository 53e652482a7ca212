using OrleansSie.Silo.Compute;
using OrleansSie.Silo.Configuration;
using OrleansSie.Testing.Compute;
using Xunit;

namespace OrleansSie.Tests.Compute;

/// <summary>What the one class that touches the Compute API asks for and makes of pages, over real HTTP.</summary>
public sealed class ComputeApiTests
{
    private readonly SkippingTime _time = new();
    private readonly RecordingListing _listing = new();

    [Fact]
    public async Task List_OfAScopeSplitOverPages_HoldsEachInstanceOnce()
    {
        await using var compute = await Listings.StartAsync(count: 50, pageSize: 7);

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
        await using var compute = await Listings.StartAsync(count: 1);

        await ListAsync(compute, Listings.Instances with { Filter = "labels.goog-k8s-cluster-name:*" });

        var query = Assert.Single(compute.Requests).Query;
        Assert.Equal(["fields", "filter", "maxResults", "returnPartialSuccess"], query.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("true", query["returnPartialSuccess"]);
        Assert.Equal("500", query["maxResults"]);
        Assert.Equal("labels.goog-k8s-cluster-name:*", query["filter"]);
        Assert.Equal(
            "items/*/instances(id,name,status,creationTimestamp,lastStartTimestamp,machineType,labels,scheduling(provisioningModel,preemptible)),"
                + "items/*/warning(code),nextPageToken,unreachables,warning(code)",
            query["fields"]);
    }

    [Fact]
    public async Task Request_ToPlainHttp_SeeksAndSendsNoCredentials()
    {
        await using var compute = await Listings.StartAsync(count: 20, pageSize: 5);
        using var api = Listings.ApiOf(compute, _time);

        await api.ListAsync(Listings.Instances, _listing, TestContext.Current.CancellationToken);

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

    [Theory]
    [InlineData("UNREACHABLE")]
    [InlineData("PARTIAL_SUCCESS")]
    [InlineData("LIST_OVERHEAD_QUOTA_EXCEED")]
    public async Task List_WithAWarningOfAZone_DoesNotHoldAllOfIt(string code)
    {
        await using var compute = await Listings.StartAsync(count: 9);
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
        await using var compute = await Listings.StartAsync(count: 9);
        compute.Warning = "PARTIAL_SUCCESS";

        var scopes = await ListAsync(compute);

        Assert.True(scopes.IsPartial);
        Assert.False(scopes.HoldsAllOf("europe-west1-b"));
        Assert.Equal(9, _listing.Items.Count);
    }

    [Fact]
    public async Task List_WithAnItemThatIsNotUnderstood_DoesNotHoldAllOfItsZone()
    {
        await using var compute = await Listings.StartAsync(count: 3);
        using var api = Listings.ApiOf(compute, _time);
        var listing = new RecordingListing { Understands = name => !name.EndsWith('1') };

        var scopes = await api.ListAsync(Listings.Instances, listing, TestContext.Current.CancellationToken);

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
        await using var compute = await Listings.StartAsync(count: 3);
        compute.Answer = _ => new FakeAnswer { Text = $$"""{"items":{"zones/us-east1-b":{} },"unreachables":["{{scope}}"]}""" };

        var scopes = await ListAsync(compute);

        Assert.Equal(name, Assert.Single(scopes.Unreachable));
        Assert.False(scopes.HoldsAllOf("us-east1-b"));
    }

    private async Task<ListedScopes> ListAsync(FakeCompute compute, ComputeRequest? request = null)
    {
        using var api = Listings.ApiOf(compute, _time);
        return await api.ListAsync(request ?? Listings.Instances, _listing, TestContext.Current.CancellationToken);
    }
}
