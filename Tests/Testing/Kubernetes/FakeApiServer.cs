using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using OrleansSie.Testing.Machine;

namespace OrleansSie.Testing.Kubernetes;

/// <summary>
/// The part of a Kubernetes API server that serves ConfigMaps, over real HTTP on loopback: its semantics, its refusals, a log of who asked
/// what, and faults on demand. It can be stopped and started again on the same port, as an upgrade of the control plane does.
/// </summary>
internal sealed class FakeApiServer : IAsyncDisposable
{
    public const string Namespace = "shop";
    public const string Token = "a-token-of-the-fake";
    public const string User = "system:serviceaccount:shop:silo";

    private readonly ConcurrentQueue<FakeRequest> _log = new();
    private readonly ConcurrentQueue<(Func<FakeRequest, bool> Matches, FakeFault Fault)> _faults = new();
    private readonly X509Certificate2 _certificate = FakeCertificate.Create();
    private readonly int _port = LoopbackPorts.Free();
    private WebApplication? _app;

    private FakeApiServer() => Objects.AddNamespace(Namespace);

    public FakeObjects Objects { get; } = new();

    /// <summary>Every request since the start, refused ones too, in order of arrival.</summary>
    public IReadOnlyCollection<FakeRequest> Log => _log;

    /// <summary>What the token may do; by default everything.</summary>
    public Func<FakeRequest, bool> Allows { get; set; } = _ => true;

    /// <summary>The token that is accepted.</summary>
    public string AcceptedToken { get; set; } = Token;

    /// <summary>What goes wrong with every request, until set to null.</summary>
    public FakeFault? Outage { get; set; }

    public string Url => $"https://127.0.0.1:{_port}";

    /// <summary>What a client must trust.</summary>
    public X509Certificate2 Authority => X509CertificateLoader.LoadCertificate(_certificate.RawData);

    public static async Task<FakeApiServer> StartAsync()
    {
        var server = new FakeApiServer();
        await server.ListenAsync();
        return server;
    }

    /// <summary>Makes both objects of a table, empty, as a chart does.</summary>
    public void Prepare(string table)
    {
        foreach (var name in (string[])[table, table + "-alive"])
        {
            Objects.Create(Namespace, new JsonObject { ["metadata"] = new JsonObject { ["name"] = name } }, false);
        }
    }

    /// <summary>Lets one request that matches, the next one, meet a fault.</summary>
    public void FailNext(Func<FakeRequest, bool> matches, FakeFault fault) => _faults.Enqueue((matches, fault));

    /// <summary>Lets the next request of a verb meet a fault.</summary>
    public void FailNext(string verb, FakeFault fault) => FailNext(request => request.Verb == verb && !request.DryRun, fault);

    /// <summary>Goes away: connections are cut, new ones refused.</summary>
    public async Task StopAsync()
    {
        if (_app is { } app)
        {
            _app = null;
            await app.DisposeAsync();
        }
    }

    /// <summary>Comes back on the same port with everything it knew.</summary>
    public async Task ListenAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = 3 * 1024 * 1024;
            kestrel.Listen(IPAddress.Loopback, _port, listen => listen.UseHttps(_certificate));
        });
        builder.WebHost.UseShutdownTimeout(TimeSpan.Zero);
        var app = builder.Build();
        app.Run(HandleAsync);
        await app.StartAsync();
        _app = app;
    }

    /// <summary>The verbs and names that were asked for so far, as a role would have to grant them.</summary>
    public IReadOnlySet<(string Verb, string Name)> UsedRights() => _log.Select(request => (request.Verb, request.Name)).ToHashSet();

    public void ForgetLog() => _log.Clear();

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _certificate.Dispose();
        if (Objects.Faults is { Count: > 0 } faults)
        {
            throw new InvalidOperationException(string.Join(" ", faults));
        }
    }

    private async Task HandleAsync(HttpContext http)
    {
        try
        {
            if (http.Request.Headers.Authorization != $"Bearer {AcceptedToken}")
            {
                throw FakeError.Unauthorized();
            }

            if (FakeDiscovery.Answer(http.Request.Path.Value!) is { } discovery)
            {
                await AnswerAsync(http, 200, discovery);
                return;
            }

            var request = FakeRequest.Of(http.Request);
            _log.Enqueue(request);
            await HandleAsync(http, request);
        }
        catch (FakeError refusal)
        {
            await AnswerAsync(http, refusal.Code, refusal.Body);
        }
    }

    private async Task HandleAsync(HttpContext http, FakeRequest request)
    {
        var fault = FaultOf(request) ?? Outage;
        fault?.Before?.Invoke();
        if (fault?.Hang is true)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, http.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return;
        }

        if (fault?.CutBefore is true)
        {
            http.Abort();
            return;
        }

        if (fault?.Status is { } status)
        {
            if (fault.RetryAfter is { } seconds)
            {
                http.Response.Headers.RetryAfter = seconds.ToString(System.Globalization.CultureInfo.InvariantCulture);
            }

            throw FakeError.Of(status, fault.RetryAfter);
        }

        if (!Allows(request))
        {
            throw FakeError.Forbidden(request, User);
        }

        var (code, body) = await DoAsync(http, request);
        await (fault?.BeforeAnswer?.Invoke() ?? Task.CompletedTask);
        if (fault?.CutAfter is true)
        {
            http.Abort();
            return;
        }

        await AnswerAsync(http, code, body);
    }

    private async Task<(int Code, JsonObject Body)> DoAsync(HttpContext http, FakeRequest request)
    {
        switch (request.Verb)
        {
            case "get":
                return (200, Objects.Get(request.Namespace, request.Name));
            case "list":
                return (200, Objects.List(request.Namespace));
            case "create":
                return (201, Objects.Create(request.Namespace, await BodyAsync(http), request.DryRun));
            case "update":
                return (200, Objects.Replace(request.Namespace, request.Name, await BodyAsync(http), request.DryRun));
            case "patch" when http.Request.ContentType?.StartsWith("application/merge-patch+json", StringComparison.Ordinal) is true:
                return (200, Objects.Merge(request.Namespace, request.Name, await BodyAsync(http), request.DryRun));
            case "delete":
                Objects.Delete(request.Namespace, request.Name);
                return (200, new JsonObject { ["kind"] = "Status", ["apiVersion"] = "v1", ["status"] = "Success" });
            default:
                throw new FakeError(415, "UnsupportedMediaType", "this server takes merge patches only");
        }
    }

    private FakeFault? FaultOf(FakeRequest request)
    {
        lock (_faults)
        {
            var waiting = _faults.ToArray();
            var index = Array.FindIndex(waiting, each => each.Matches(request));
            if (index < 0)
            {
                return null;
            }

            _faults.Clear();
            foreach (var each in waiting.Where((_, i) => i != index))
            {
                _faults.Enqueue(each);
            }

            return waiting[index].Fault;
        }
    }

    private static async Task<JsonObject> BodyAsync(HttpContext http)
    {
        try
        {
            var body = await JsonNode.ParseAsync(http.Request.Body, cancellationToken: http.RequestAborted);
            return body as JsonObject ?? throw new FakeError(400, "BadRequest", "the body is no object");
        }
        catch (JsonException e)
        {
            throw new FakeError(400, "BadRequest", e.Message);
        }
    }

    private static async Task AnswerAsync(HttpContext http, int code, JsonObject body)
    {
        http.Response.StatusCode = code;
        http.Response.ContentType = "application/json";
        await http.Response.WriteAsync(body.ToJsonString(), http.RequestAborted);
    }
}
