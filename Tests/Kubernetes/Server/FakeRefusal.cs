using System.Text.Json.Nodes;

namespace OrleansSie.Tests.Kubernetes.Server;

/// <summary>A refusal as Kubernetes words it: an HTTP status and an object of kind Status.</summary>
internal sealed class FakeRefusal(int code, string reason, string message, JsonObject? details = null) : Exception(message)
{
    public int Code => code;

    public JsonObject Body => new()
    {
        ["kind"] = "Status",
        ["apiVersion"] = "v1",
        ["metadata"] = new JsonObject(),
        ["status"] = "Failure",
        ["message"] = Message,
        ["reason"] = reason,
        ["details"] = details?.DeepClone(),
        ["code"] = code,
    };

    public static FakeRefusal NotFound(string resource, string name) => new(404, "NotFound", $"{resource} \"{name}\" not found");

    public static FakeRefusal Exists(string name) => new(409, "AlreadyExists", $"configmaps \"{name}\" already exists");

    public static FakeRefusal Changed(string name) => new(
        409, "Conflict", $"Operation cannot be fulfilled on configmaps \"{name}\": the object has been modified; please apply your changes to the latest version and try again");

    public static FakeRefusal OtherUid(string name, string asked, string there) => new(
        409, "Conflict", $"Operation cannot be fulfilled on configmaps \"{name}\": StorageError: invalid object, Code: 4, Precondition failed: UID in precondition: {asked}, UID in object meta: {there}");

    public static FakeRefusal Invalid(string name, string why) => new(422, "Invalid", $"ConfigMap \"{name}\" is invalid: {why}");

    public static FakeRefusal Forbidden(FakeRequest request, string user) => new(
        403,
        "Forbidden",
        $"{request.Resource}{(request.Name.Length > 0 ? $" \"{request.Name}\"" : "")} is forbidden: User \"{user}\" cannot {request.Verb} resource \"{request.Resource}\" in API group \"\" in the namespace \"{request.Namespace}\"");

    public static FakeRefusal Unauthorized() => new(401, "Unauthorized", "Unauthorized");

    public static FakeRefusal Of(int status, int? retryAfter) => new(
        status,
        status switch { 429 => "TooManyRequests", 503 => "ServiceUnavailable", _ => "InternalError" },
        $"the server refuses on purpose ({status})",
        retryAfter is { } seconds ? new JsonObject { ["retryAfterSeconds"] = seconds } : null);
}
