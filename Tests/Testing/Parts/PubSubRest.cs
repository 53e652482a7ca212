using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace OrleansSie.Testing.Parts;

/// <summary>A Pub/Sub endpoint over REST, as curl would use it: our local one or Google's emulator.</summary>
internal sealed class PubSubRest : IDisposable
{
    private const int MostInARequest = 500;
    private static readonly Dictionary<string, string> _attributes = new() { ["test"] = "1" };

    private readonly HttpClient _http;
    private readonly string _project;
    private readonly CancellationToken _cancellationToken;

    /// <param name="host">host:port.</param>
    /// <param name="project">Of all topics and subscriptions.</param>
    /// <param name="timeout">Of a request. A publish that is given up may have been carried out.</param>
    /// <param name="cancellationToken">Ends every request.</param>
    public PubSubRest(string host, string project, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        _http = new HttpClient { BaseAddress = new Uri($"http://{host}/v1/projects/{project}/"), Timeout = timeout ?? TimeSpan.FromMinutes(1) };
        _project = project;
        _cancellationToken = cancellationToken;
    }

    /// <summary>Makes the two topics and subscriptions that the program has by default.</summary>
    public async Task CreateAsync(int ackDeadlineSeconds = 30)
    {
        await CreateAsync(Topics.Creations, Topics.SubscriptionOf(creations: true), ackDeadlineSeconds);
        await CreateAsync(Topics.Interruptions, Topics.SubscriptionOf(creations: false), ackDeadlineSeconds);
    }

    public async Task CreateAsync(string topic, string subscription, int ackDeadlineSeconds = 30)
    {
        using var madeTopic = await SendAsync(HttpMethod.Put, $"topics/{topic}", new { });
        using var madeSubscription = await SendAsync(
            HttpMethod.Put, $"subscriptions/{subscription}", new { topic = $"projects/{_project}/topics/{topic}", ackDeadlineSeconds });
    }

    public Task PublishAsync(string topic, params string[] messages) => PublishAsync(topic, messages.Select(Encoding.UTF8.GetBytes));

    /// <summary>Publishes them; when it returns, Pub/Sub has accepted them.</summary>
    /// <exception cref="HttpRequestException">It did not accept them, or does not answer.</exception>
    public async Task PublishAsync(string topic, IEnumerable<byte[]> messages)
    {
        foreach (var batch in messages.Chunk(MostInARequest))
        {
            using var answer = await SendAsync(
                HttpMethod.Post,
                $"topics/{topic}:publish",
                new { messages = batch.Select(m => new { data = Convert.ToBase64String(m), attributes = _attributes }) });
        }
    }

    /// <summary>How many messages a subscription would hand out now, up to 100; what was taken is given back.</summary>
    public async Task<int> WaitingAsync(string subscription)
    {
        using var answer = await SendAsync(HttpMethod.Post, $"subscriptions/{subscription}:pull", new { maxMessages = 100, returnImmediately = true });
        var pulled = await answer.Content.ReadFromJsonAsync<JsonObject>(_cancellationToken);
        if (pulled?["receivedMessages"] is not JsonArray { Count: > 0 } received)
        {
            return 0;
        }

        using var returned = await SendAsync(
            HttpMethod.Post,
            $"subscriptions/{subscription}:modifyAckDeadline",
            new { ackIds = received.Select(r => (string?)r?["ackId"]), ackDeadlineSeconds = 0 });
        return received.Count;
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync<T>(HttpMethod method, string path, T body)
    {
        using var request = new HttpRequestMessage(method, path) { Content = JsonContent.Create(body) };
        var answer = await _http.SendAsync(request, _cancellationToken);
        if (answer.IsSuccessStatusCode)
        {
            return answer;
        }

        using (answer)
        {
            throw new HttpRequestException($"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(_cancellationToken)}");
        }
    }
}

/// <summary>The short names of topics and subscriptions that the program has by default.</summary>
internal static class Topics
{
    public const string Creations = "sie-creation-topic";
    public const string Interruptions = "sie-interruption-topic";

    public static string Of(bool creations) => creations ? Creations : Interruptions;

    public static string SubscriptionOf(bool creations) => creations ? "sie-creation-subscription" : "sie-interruption-subscription";
}
