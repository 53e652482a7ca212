using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrleansSie.Testing.Compute;

/// <summary>
/// The Compute API's aggregated lists on loopback: real HTTP, real pages, in the order of zone and name, with every zone on each page.
/// What it lists, and what it does with a request, can be changed at any time.
/// </summary>
internal sealed class FakeCompute : IAsyncDisposable
{
    private readonly ConcurrentDictionary<(string Project, string Collection), FakeItem[]> _items = new();
    private readonly ConcurrentQueue<FakeRequest> _requests = new();
    private readonly WebApplication _app;
    private int _number = -1;

    private FakeCompute(WebApplication app) => _app = app;

    public string Endpoint => _app.Urls.Single();

    /// <summary>The most that a page holds, whatever is asked for.</summary>
    public int PageSize { get; set; } = 500;

    /// <summary>Zones that appear on every page besides those of the items.</summary>
    public IReadOnlyList<string> EmptyZones { get; set; } = ["us-east1-d"];

    /// <summary>Zones that have a warning of this code in place of their items.</summary>
    public IReadOnlyDictionary<string, string> Warnings { get; set; } = new Dictionary<string, string>();

    /// <summary>The code of a warning about the whole list; null for none.</summary>
    public string? Warning { get; set; }

    /// <summary>Decides what becomes of a request; null for an ordinary answer.</summary>
    public Func<FakeRequest, FakeAnswer?> Answer { get; set; } = _ => null;

    /// <summary>Every request so far.</summary>
    public IReadOnlyCollection<FakeRequest> Requests => _requests;

    /// <summary>Requests for a first page: how often a list was begun.</summary>
    public int Listings => _requests.Count(r => r.PageToken is null);

    public static async Task<FakeCompute> StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var compute = new FakeCompute(builder.Build());
        compute._app.Run(compute.HandleAsync);
        await compute._app.StartAsync();
        return compute;
    }

    /// <summary>From now on the project has these, and no other ones of this kind.</summary>
    public void Put(string project, string collection, IEnumerable<FakeItem> items) =>
        _items[(project, collection)] = [.. items.OrderBy(i => i.Zone, StringComparer.Ordinal).ThenBy(i => i.Name, StringComparer.Ordinal)];

    /// <summary>From now on the project has these instances and no others.</summary>
    public void PutInstances(string project, params IEnumerable<FakeInstance> instances) => Put(project, "instances", instances);

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await _app.StopAsync(now.Token);
        await _app.DisposeAsync();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var parts = context.Request.Path.Value!.Split('/');
        if (parts is not ["", "compute", "v1", "projects", var project, "aggregated", var collection])
        {
            await RefuseAsync(context, new FakeAnswer { Status = HttpStatusCode.NotFound, Reason = "notFound" });
            return;
        }

        var query = context.Request.Query.ToDictionary(p => p.Key, p => p.Value.ToString());
        var authorization = context.Request.Headers.Authorization.ToString();
        var request = new FakeRequest(
            Interlocked.Increment(ref _number), project, collection, query.GetValueOrDefault("pageToken"), query,
            authorization.Length > 0 ? authorization : null);
        _requests.Enqueue(request);
        var answer = Answer(request) ?? new FakeAnswer();
        await (answer.After?.WaitAsync(context.RequestAborted) ?? Task.CompletedTask);
        if (answer.Status == HttpStatusCode.OK && !_items.ContainsKey((project, collection)))
        {
            answer = new FakeAnswer { Status = HttpStatusCode.NotFound, Reason = "notFound" };
        }
        else if (answer.Status == HttpStatusCode.OK && FakePage.PositionOf(request.PageToken) is null)
        {
            answer = new FakeAnswer { Status = HttpStatusCode.BadRequest, Reason = "invalid" };
        }

        await (answer.Status == HttpStatusCode.OK ? AnswerAsync(context, request, answer) : RefuseAsync(context, answer));
    }

    private async Task AnswerAsync(HttpContext context, FakeRequest request, FakeAnswer answer)
    {
        var body = answer.Text is { } text ? System.Text.Encoding.UTF8.GetBytes(text) : Page(request);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        if (!answer.IsCut)
        {
            await context.Response.Body.WriteAsync(body, context.RequestAborted);
            return;
        }

        await context.Response.Body.WriteAsync(body.AsMemory(0, body.Length / 2), context.RequestAborted);
        await context.Response.Body.FlushAsync(context.RequestAborted);
        context.Abort();
    }

    private byte[] Page(FakeRequest request)
    {
        var all = _items[(request.Project, request.Collection)];
        var zones = all.Select(i => i.Zone).Concat(EmptyZones).Concat(Warnings.Keys).Distinct().Order(StringComparer.Ordinal).ToArray();
        var filter = request.Query.GetValueOrDefault("filter");
        var listed = all.Where(i => !Warnings.ContainsKey(i.Zone) && (filter is null || i.Passes(filter))).ToArray();
        var size = request.Query.TryGetValue("maxResults", out var most) ? Math.Min(PageSize, int.Parse(most, CultureInfo.InvariantCulture)) : PageSize;
        var position = FakePage.PositionOf(request.PageToken)!.Value;
        var items = listed.Skip(position).Take(size).ToArray();
        var next = position + items.Length;
        return new FakePage(request, zones, Warnings).Write(items, next < listed.Length ? next : null, Warning);
    }

    private static async Task RefuseAsync(HttpContext context, FakeAnswer answer)
    {
        context.Response.StatusCode = (int)answer.Status;
        if (answer.RetryAfter is { } after)
        {
            context.Response.Headers.RetryAfter = after;
        }

        await context.Response.WriteAsync(JsonSerializer.Serialize(new
        {
            error = new
            {
                code = (int)answer.Status,
                message = $"The text of {answer.Reason}, which nothing may rely on.",
                errors = new[] { new { domain = "usageLimits", reason = answer.Reason } },
            },
        }));
    }
}

/// <summary>One request as <see cref="FakeCompute"/> got it.</summary>
/// <param name="Number">Counted from 0, over all requests.</param>
/// <param name="Project">Of the address.</param>
/// <param name="Collection">Of the address, such as <c>instances</c>.</param>
/// <param name="PageToken">Null for the first page.</param>
/// <param name="Query">All parameters.</param>
/// <param name="Authorization">The header; null without one.</param>
internal sealed record FakeRequest(
    int Number, string Project, string Collection, string? PageToken, IReadOnlyDictionary<string, string> Query, string? Authorization);

/// <summary>What <see cref="FakeCompute"/> does with one request instead of answering it.</summary>
internal sealed record FakeAnswer
{
    /// <summary>The page itself; anything else comes with an error's body.</summary>
    public HttpStatusCode Status { get; init; } = HttpStatusCode.OK;

    /// <summary>The <c>reason</c> of the error.</summary>
    public string Reason { get; init; } = "backendError";

    /// <summary>Value of the header <c>Retry-After</c>.</summary>
    public string? RetryAfter { get; init; }

    /// <summary>The connection is cut in the middle of the page.</summary>
    public bool IsCut { get; init; }

    /// <summary>The answer is these bytes, with the status 200.</summary>
    public string? Text { get; init; }

    /// <summary>The answer is given when this has ended.</summary>
    public Task? After { get; init; }
}
