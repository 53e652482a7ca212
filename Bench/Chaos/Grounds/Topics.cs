using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace OrleansSie.Bench.Chaos.Grounds;

/// <summary>The two topics and their subscriptions, over the emulator's REST endpoint.</summary>
internal sealed class Topics : IDisposable
{
    private const string Creations = "sie-creation";
    private const string Interruptions = "sie-interruption";

    // Longer than any pause of the emulator: a publish that is answered late is not published twice.
    private readonly HttpClient _http;

    public Topics(string host)
    {
        _http = new HttpClient { BaseAddress = new Uri($"http://{host}/v1/projects/{Ground.Project}/"), Timeout = TimeSpan.FromMinutes(5) };
    }

    /// <summary>The full name of one of the subscriptions.</summary>
    public static string SubscriptionOf(bool creations) => $"projects/{Ground.Project}/subscriptions/{(creations ? Creations : Interruptions)}-subscription";

    /// <summary>Makes topics and subscriptions.</summary>
    public async Task CreateAsync(CancellationToken cancellationToken, int ackDeadlineSeconds = 10)
    {
        foreach (var name in (string[])[Creations, Interruptions])
        {
            using var topic = await _http.PutAsJsonAsync($"topics/{name}-topic", new { }, cancellationToken);
            topic.EnsureSuccessStatusCode();
            using var subscription = await _http.PutAsJsonAsync(
                $"subscriptions/{name}-subscription",
                new { topic = $"projects/{Ground.Project}/topics/{name}-topic", ackDeadlineSeconds },
                cancellationToken);
            subscription.EnsureSuccessStatusCode();
        }
    }

    /// <summary>Publishes to one of the topics; when it returns, Pub/Sub has accepted them.</summary>
    public async Task PublishAsync(bool toCreations, IEnumerable<byte[]> messages, CancellationToken cancellationToken)
    {
        var attributes = new Dictionary<string, string> { ["from"] = "chaos" };
        using var answer = await _http.PostAsJsonAsync(
            $"topics/{(toCreations ? Creations : Interruptions)}-topic:publish",
            new { messages = messages.Select(m => new { data = Convert.ToBase64String(m), attributes }) },
            cancellationToken);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>How many messages the two subscriptions would hand out now; what was taken is given back.</summary>
    public async Task<int> WaitingAsync(CancellationToken cancellationToken) =>
        await WaitingAsync(Creations, cancellationToken) + await WaitingAsync(Interruptions, cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task<int> WaitingAsync(string name, CancellationToken cancellationToken)
    {
        using var answer = await _http.PostAsJsonAsync(
            $"subscriptions/{name}-subscription:pull", new { maxMessages = 100, returnImmediately = true }, cancellationToken);
        answer.EnsureSuccessStatusCode();
        var pulled = await answer.Content.ReadFromJsonAsync<JsonObject>(cancellationToken);
        if (pulled?["receivedMessages"] is not JsonArray { Count: > 0 } received)
        {
            return 0;
        }

        using var returned = await _http.PostAsJsonAsync(
            $"subscriptions/{name}-subscription:modifyAckDeadline",
            new { ackIds = received.Select(r => (string?)r?["ackId"]), ackDeadlineSeconds = 0 },
            cancellationToken);
        return received.Count;
    }
}
