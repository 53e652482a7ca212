using System.Buffers;
using System.Net;
using System.Text.Json;
using System.Text.Unicode;
using Orleans.Streaming.PubSub;
using OrleansSie.Grains;
using OrleansSie.Silo.Configuration;

namespace OrleansSie.Silo.Compute;

/// <summary>
/// The Compute API over REST: the only class that calls it. A page that fails is requested again alone, so earlier pages are kept. An
/// endpoint without TLS gets no credentials, and none are looked up for it.
/// </summary>
internal sealed class ComputeApi : IDisposable
{
    /// <summary>An answer that takes longer than this counts as a lost connection.</summary>
    public static readonly TimeSpan AttemptLimit = TimeSpan.FromSeconds(60);

    private const string Scope = "https://www.googleapis.com/auth/compute.readonly";
    private const int Attempts = 8;
    private const int Restarts = 3;
    private const int FirstBuffer = 512 * 1024;
    private const int LargestPage = 128 * 1024 * 1024;
    private static readonly TimeSpan _longestPause = TimeSpan.FromMinutes(10);

    private readonly PubSubBackoff _backoff = new(TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
    private readonly HttpClient _http;
    private readonly GoogleCredentials? _credentials;
    private readonly TimeProvider _time;

    public ComputeApi(SieOptions options, [FromKeyedServices(GrainClock.Name)] TimeProvider time)
    {
        var endpoint = new Uri((options.Compute.Endpoint ?? ComputeOptions.GoogleEndpoint).TrimEnd('/') + "/");
        _time = time;
        _credentials = endpoint.Scheme == Uri.UriSchemeHttps ? new GoogleCredentials(Scope) : null;
        _http = new HttpClient(Handler()) { BaseAddress = endpoint, Timeout = Timeout.InfiniteTimeSpan };

        // Google compresses its answers only for agents that say so here as well.
        _http.DefaultRequestHeaders.UserAgent.ParseAdd($"orleans-sie/{BuildVersion.Version} (gzip)");
    }

    /// <summary>Whether requests carry credentials.</summary>
    public bool HasCredentials => _credentials is not null;

    /// <summary>Reads all pages. After an error the listing may get items again.</summary>
    /// <exception cref="ComputeException">The list cannot be read to its end.</exception>
    public async Task<ListedScopes> ListAsync(ComputeRequest request, IComputeListing listing, CancellationToken cancellation)
    {
        var scopes = new ListedScopes();
        var token = default(string);
        for (var restarts = 0; ;)
        {
            try
            {
                var next = await ReadPageAsync(request, token, scopes, listing, cancellation);
                await listing.PageReadAsync(cancellation);
                if (next is null)
                {
                    return scopes;
                }

                token = next != token
                    ? next
                    : throw new ComputeException(ComputeError.malformed, "The Compute API names one page as its own next one");
            }
            catch (ComputeException e) when (e.Error == ComputeError.page_token && restarts++ < Restarts)
            {
                listing.Retrying(e);
                scopes = new ListedScopes();
                token = null;
            }
        }
    }

    public void Dispose() => _http.Dispose();

    private static SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.All,
        ConnectTimeout = TimeSpan.FromSeconds(10),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        UseCookies = false,
    };

    private async Task<string?> ReadPageAsync(
        ComputeRequest request, string? token, ListedScopes scopes, IComputeListing listing, CancellationToken cancellation)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                return await ReadOnceAsync(request, token, scopes, listing, cancellation);
            }
            catch (ComputeException e) when (e.IsTransient && attempt + 1 < Attempts)
            {
                listing.Retrying(e);
                await Task.Delay(PauseAfter(e, attempt), _time, cancellation);
            }
        }
    }

    /// <summary>
    /// A used-up quota is refilled at the next whole minute. Other failures get a growing pause. The API may ask for a longer one.
    /// </summary>
    private TimeSpan PauseAfter(ComputeException fault, int attempt)
    {
        var pause = _backoff.Next(attempt);
        if (fault.Error == ComputeError.quota)
        {
            var now = _time.GetUtcNow();
            var untilNextMinute = TimeSpan.FromTicks(TimeSpan.TicksPerMinute - (now.Ticks % TimeSpan.TicksPerMinute));
            pause = untilNextMinute + TimeSpan.FromMilliseconds(Random.Shared.Next(1000));
        }

        var asked = fault.RetryAfter ?? TimeSpan.Zero;
        asked = asked < _longestPause ? asked : _longestPause;
        return asked > pause ? asked : pause;
    }

    private async Task<string?> ReadOnceAsync(
        ComputeRequest request, string? token, ListedScopes scopes, IComputeListing listing, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(AttemptLimit, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, limit.Token);
        var body = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        try
        {
            using var message = await MessageAsync(request.PathOf(token), both.Token);
            using var response = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, both.Token);
            (body, var length) = await ReadBodyAsync(response.Content, body, both.Token);
            return response.StatusCode == HttpStatusCode.OK
                ? AggregatedPage.Read(ValidUtf8(body.AsSpan(0, length)), request.Collection, scopes, listing)
                : throw ComputeErrors.Read(response.StatusCode, body.AsSpan(0, length), request, token is not null, RetryAfter(response));
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw new ComputeException(ComputeError.connection, $"The Compute API gave no answer within {AttemptLimit.TotalSeconds} s", e);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw new ComputeException(
                ComputeError.connection, $"The connection to the Compute API at {_http.BaseAddress} failed: {e.Message}", e);
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            throw new ComputeException(ComputeError.malformed, $"The Compute API's answer cannot be read: {e.Message}", e);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(body);
        }
    }

    private async Task<HttpRequestMessage> MessageAsync(string path, CancellationToken cancellation)
    {
        var message = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        if (_credentials is null)
        {
            return message;
        }

        try
        {
            foreach (var header in await _credentials.HeadersAsync(cancellation))
            {
                message.Headers.TryAddWithoutValidation(header.Key, header.Value);
            }

            return message;
        }
        catch (PubSubApiException e)
        {
            message.Dispose();
            throw new ComputeException(ComputeError.credentials, e.Message, e);
        }
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - _time.GetUtcNow(),
        _ => null,
    };

    /// <summary>The whole body, in the given buffer or in a larger one that replaces it.</summary>
    private static async Task<(byte[] Buffer, int Length)> ReadBodyAsync(HttpContent content, byte[] buffer, CancellationToken cancellation)
    {
        await using var stream = await content.ReadAsStreamAsync(cancellation);
        for (var length = 0; ;)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellation);
            if (read == 0)
            {
                return (buffer, length);
            }

            length += read;
            if (length == buffer.Length)
            {
                buffer = Larger(buffer);
            }
        }
    }

    private static ReadOnlySpan<byte> ValidUtf8(ReadOnlySpan<byte> text) =>
        Utf8.IsValid(text) ? text : throw new InvalidDataException("it is not UTF-8");

    private static byte[] Larger(byte[] buffer)
    {
        if (buffer.Length >= LargestPage)
        {
            throw new InvalidDataException($"a page is larger than {LargestPage} bytes");
        }

        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        return larger;
    }
}
