using System.Globalization;
using System.Net;
using System.Text.Json;
using k8s.Autorest;

namespace Orleans.Clustering.Kubernetes;

/// <summary>What a refusal of the API server means for the table.</summary>
internal static class ApiErrors
{
    // A longer wait would miss a heartbeat.
    private static readonly TimeSpan _longestWait = TimeSpan.FromSeconds(5);

    /// <summary>The refusal as an exception whose message can be shown to an operator.</summary>
    /// <param name="call">The request, such as "update ConfigMap shop/table".</param>
    /// <param name="identity">The table, for the text of the needed rights.</param>
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
            : $"{answer} Bind this role to the pod's service account:\n{RoleOf(identity)}";
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

    /// <summary>
    /// The role with all rights that the table needs, to paste. The last rule is for a first start without the two objects.
    /// </summary>
    private static string RoleOf(TableIdentity identity) => $"""
        apiVersion: rbac.authorization.k8s.io/v1
        kind: Role
        metadata: {"{"} name: {identity.Name}, namespace: {identity.Namespace} {"}"}
        rules:
        - apiGroups: [""]
          resources: ["configmaps"]
          resourceNames: ["{identity.Name}"]
          verbs: ["get", "update"]
        - apiGroups: [""]
          resources: ["configmaps"]
          resourceNames: ["{identity.AliveName}"]
          verbs: ["get", "patch"]
        - apiGroups: [""]   # not needed where both objects exist before the first start
          resources: ["configmaps"]
          verbs: ["create"]
        """;
}
