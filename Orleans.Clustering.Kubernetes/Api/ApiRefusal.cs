using System.Globalization;
using System.Net;
using System.Text.Json;
using k8s.Autorest;

namespace Orleans.Clustering.Kubernetes;

/// <summary>What the API server's refusal means to the table.</summary>
internal static class ApiRefusal
{
    // A heartbeat that waited for longer would be missed.
    private static readonly TimeSpan _longestWait = TimeSpan.FromSeconds(5);

    /// <summary>The refusal as an exception whose message can be shown to an operator.</summary>
    /// <param name="call">What was asked, as in "update ConfigMap shop/table".</param>
    /// <param name="identity">Whose table it is: names the rights that are needed.</param>
    /// <param name="refusal">The answer.</param>
    public static KubernetesMembershipException Of(string call, TableIdentity identity, HttpOperationException refusal)
    {
        var code = refusal.Response?.StatusCode ?? 0;
        var (text, reason, retryAfter) = Status(refusal.Response?.Content);
        var failure = code switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => MembershipFailure.Denied,
            HttpStatusCode.NotFound => MembershipFailure.Missing,
            HttpStatusCode.Conflict => MembershipFailure.Conflict,
            HttpStatusCode.TooManyRequests => MembershipFailure.Throttled,
            HttpStatusCode.RequestEntityTooLarge => MembershipFailure.TooLarge,
            HttpStatusCode.UnprocessableEntity when text?.Contains("Too long", StringComparison.OrdinalIgnoreCase) is true => MembershipFailure.TooLarge,
            >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError and not HttpStatusCode.RequestTimeout => MembershipFailure.Invalid,
            _ => MembershipFailure.Unavailable,
        };
        var cause = text ?? reason ?? refusal.Message;
        return new KubernetesMembershipException(failure, Sentence(failure, call, (int)code, cause, identity), refusal)
        {
            RetryAfter = (retryAfter ?? HeaderOf(refusal)) is { } wait ? wait < _longestWait ? wait : _longestWait : null,
        };
    }

    private static string Sentence(MembershipFailure failure, string call, int code, string cause, TableIdentity identity)
    {
        var answer = string.Create(CultureInfo.InvariantCulture, $"The API server refused to {call} ({code}): {cause.Trim().TrimEnd('.')}.");
        return failure is not MembershipFailure.Denied
            ? answer
            : code == (int)HttpStatusCode.Unauthorized
            ? $"{answer} Its token is not accepted; look at the pod's service account and at the clocks."
            : $"{answer} Bind this role to the pod's service account:\n{NeededRole.Text(identity)}";
    }

    private static (string? Message, string? Reason, TimeSpan? RetryAfter) Status(string? json)
    {
        try
        {
            using var status = JsonDocument.Parse(json ?? "");
            var root = status.RootElement;
            return root.ValueKind is JsonValueKind.Object ? (Text("message"), Text("reason"), Wait(root)) : default;

            string? Text(string name) => root.TryGetProperty(name, out var value) && value.ValueKind is JsonValueKind.String ? value.GetString() : null;
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static TimeSpan? Wait(JsonElement status) =>
        status.TryGetProperty("details", out var details) && details.ValueKind is JsonValueKind.Object
            && details.TryGetProperty("retryAfterSeconds", out var seconds) && seconds.TryGetInt32(out var wait) && wait > 0
            ? TimeSpan.FromSeconds(wait)
            : null;

    private static TimeSpan? HeaderOf(HttpOperationException refusal) =>
        refusal.Response?.Headers is { } headers && headers.TryGetValue("Retry-After", out var values)
            && int.TryParse(values.FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(seconds)
            : null;
}
