using System.Text.Json;
using Google.Apis.Auth.OAuth2;

namespace Orleans.Streaming.PubSub;

/// <summary>
/// Application default credentials. They are looked up at the first call, and at each further call until they are found, so that missing
/// credentials fail a call and never the start.
/// </summary>
public sealed class GoogleCredentials
{
    /// <summary>The scope that Pub/Sub needs.</summary>
    public const string PubSubScope = "https://www.googleapis.com/auth/pubsub";

    private const string FileVariable = "GOOGLE_APPLICATION_CREDENTIALS";

    private readonly string _scope;
    private volatile ITokenAccessWithHeaders? _credential;

    /// <summary>Credentials for a scope, such as <see cref="PubSubScope"/>. Nothing is looked up yet.</summary>
    public GoogleCredentials(string scope) => _scope = scope;

    /// <summary>The headers that authorize a call.</summary>
    /// <exception cref="PubSubApiException">There are no usable credentials: <see cref="PubSubApiError.Denied"/>.</exception>
    public async ValueTask<Grpc.Core.Metadata> HeadersAsync(CancellationToken cancellation)
    {
        try
        {
            var credential = _credential ??= (await FindAsync(cancellation)).CreateScoped(_scope);
            var token = await credential.GetAccessTokenWithHeadersForRequestAsync(authUri: null, cancellation);
            var headers = new Grpc.Core.Metadata { { "authorization", "Bearer " + token.AccessToken } };
            foreach (var (name, values) in token.Headers)
            {
                foreach (var value in values)
                {
                    headers.Add(name, value);
                }
            }

            return headers;
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellation.IsCancellationRequested)
        {
            const string advice = "No usable Google credentials; give the pod workload identity, or set GOOGLE_APPLICATION_CREDENTIALS to a key file, or run 'gcloud auth application-default login'";
            throw new PubSubApiException(PubSubApiError.Denied, $"{advice} ({e.Message})", e);
        }
    }

    private static async Task<GoogleCredential> FindAsync(CancellationToken cancellation)
    {
        try
        {
            return await GoogleCredential.GetApplicationDefaultAsync(cancellation);
        }
        catch (Exception) when (Environment.GetEnvironmentVariable(FileVariable) is { Length: > 0 } file && !cancellation.IsCancellationRequested)
        {
            // The library keeps its answer, also a failure, for the life of the process. The file may have been corrected since.
            using var content = JsonDocument.Parse(await File.ReadAllBytesAsync(file, cancellation));
            var type = content.RootElement.GetProperty("type").GetString();
            return await CredentialFactory.FromFileAsync(file, type, cancellation);
        }
    }
}
