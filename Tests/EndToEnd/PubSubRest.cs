using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace OrleansSie.Tests.EndToEnd;

/// <summary>A Pub/Sub endpoint over REST, as curl would use it: our local one or Google's emulator.</summary>
internal sealed class PubSubRest : IDisposable
{
    private readonly HttpClient _http;
    private readonly string _project;

    public PubSubRest(string host, string project)
    {
        _http = new HttpClient { BaseAddress = new Uri($"http://{host}/v1/"), Timeout = TimeSpan.FromMinutes(1) };
        _project = project;
    }

    public async Task CreateAsync(string topic, string subscription)
    {
        using var madeTopic = await _http.PutAsJsonAsync($"projects/{_project}/topics/{topic}", new { }, Cancel);
        madeTopic.EnsureSuccessStatusCode();
        using var madeSubscription = await _http.PutAsJsonAsync(
            $"projects/{_project}/subscriptions/{subscription}",
            new { topic = $"projects/{_project}/topics/{topic}", ackDeadlineSeconds = 30 },
            Cancel);
        madeSubscription.EnsureSuccessStatusCode();
    }

    public Task PublishAsync(string topic, params string[] messages) =>
        PublishAsync(topic, messages.Select(System.Text.Encoding.UTF8.GetBytes).ToArray());

    public async Task PublishAsync(string topic, IEnumerable<byte[]> messages)
    {
        foreach (var batch in messages.Chunk(500))
        {
            using var answer = await _http.PostAsJsonAsync(
                $"projects/{_project}/topics/{topic}:publish",
                new { messages = batch.Select(m => new { data = Convert.ToBase64String(m), attributes = new Dictionary<string, string> { ["test"] = "1" } }) },
                Cancel);
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancel));
        }
    }

    /// <summary>What a subscription would hand out now, without waiting.</summary>
    public async Task<int> PullNowAsync(string subscription)
    {
        using var answer = await _http.PostAsJsonAsync(
            $"projects/{_project}/subscriptions/{subscription}:pull", new { maxMessages = 100, returnImmediately = true }, Cancel);
        answer.EnsureSuccessStatusCode();
        var pulled = await answer.Content.ReadFromJsonAsync<JsonObject>(Cancel);
        return pulled?["receivedMessages"] is JsonArray received ? received.Count : 0;
    }

    public void Dispose() => _http.Dispose();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
