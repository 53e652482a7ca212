using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace OrleansSie.Testing.Kubernetes;

/// <summary>One request as it stands in the log: what an audit log of Kubernetes would say.</summary>
/// <param name="Verb">The verb of the role: get, list, watch, create, update, patch, delete.</param>
/// <param name="Resource">The resource, as in configmaps.</param>
/// <param name="Namespace">The namespace.</param>
/// <param name="Name">The object's name, empty for a create: there the name is not known to the authorizer.</param>
/// <param name="DryRun">Whether nothing was to be changed.</param>
internal sealed record FakeRequest(string Verb, string Resource, string Namespace, string Name, bool DryRun)
{
    /// <summary>The query parameter fieldManager, where one was given.</summary>
    public string? Manager { get; init; }

    /// <summary>What an HTTP request asks for.</summary>
    /// <exception cref="FakeError">It asks for nothing that this server has.</exception>
    public static FakeRequest Of(HttpRequest http)
    {
        var parts = http.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (parts is not ["api", "v1", "namespaces", var ns, "configmaps", .. var rest] || rest.Length > 1)
        {
            throw new FakeError(404, "NotFound", "the server could not find the requested resource");
        }

        var verb = http.Method switch
        {
            "GET" when rest.Length == 0 => http.Query.ContainsKey("watch") ? "watch" : "list",
            "GET" => "get",
            "POST" => "create",
            "PUT" => "update",
            "PATCH" => "patch",
            "DELETE" => "delete",
            _ => throw new FakeError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource"),
        };
        return new FakeRequest(verb, "configmaps", ns, rest.FirstOrDefault() ?? "", http.Query["dryRun"] == "All")
        {
            Manager = http.Query["fieldManager"],
        };
    }
}

/// <summary>What goes wrong with one request, or with all of them.</summary>
internal sealed record FakeFault
{
    /// <summary>Answer with this status instead of doing what was asked.</summary>
    public int? Status { get; init; }

    /// <summary>With <see cref="Status"/>: the header Retry-After, in seconds.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>Cut the connection before anything was done.</summary>
    public bool CutBefore { get; init; }

    /// <summary>Do what was asked, then cut the connection instead of answering.</summary>
    public bool CutAfter { get; init; }

    /// <summary>Answer nothing at all until the caller goes away.</summary>
    public bool Hang { get; init; }

    /// <summary>Do what was asked, but answer only when this, begun after that, has ended.</summary>
    public Func<Task>? BeforeAnswer { get; init; }

    /// <summary>What somebody else does just before this request is handled.</summary>
    public Action? Before { get; init; }
}

/// <summary>A refusal as Kubernetes words it: an HTTP status and an object of kind Status.</summary>
internal sealed class FakeError(int code, string reason, string message, JsonObject? details = null) : Exception(message)
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

    public static FakeError NotFound(string resource, string name) => new(404, "NotFound", $"{resource} \"{name}\" not found");

    public static FakeError Exists(string name) => new(409, "AlreadyExists", $"configmaps \"{name}\" already exists");

    public static FakeError Changed(string name) => new(
        409, "Conflict", $"Operation cannot be fulfilled on configmaps \"{name}\": the object has been modified; please apply your changes to the latest version and try again");

    public static FakeError OtherUid(string name, string asked, string there) => new(
        409, "Conflict", $"Operation cannot be fulfilled on configmaps \"{name}\": StorageError: invalid object, Code: 4, Precondition failed: UID in precondition: {asked}, UID in object meta: {there}");

    public static FakeError Invalid(string name, string why) => new(422, "Invalid", $"ConfigMap \"{name}\" is invalid: {why}");

    public static FakeError Forbidden(FakeRequest request, string user) => new(
        403,
        "Forbidden",
        $"{request.Resource}{(request.Name.Length > 0 ? $" \"{request.Name}\"" : "")} is forbidden: User \"{user}\" cannot {request.Verb} resource \"{request.Resource}\" in API group \"\" in the namespace \"{request.Namespace}\"");

    public static FakeError Unauthorized() => new(401, "Unauthorized", "Unauthorized");

    public static FakeError Of(int status, int? retryAfter) => new(
        status,
        status switch { 429 => "TooManyRequests", 503 => "ServiceUnavailable", _ => "InternalError" },
        $"the server refuses on purpose ({status})",
        retryAfter is { } seconds ? new JsonObject { ["retryAfterSeconds"] = seconds } : null);
}
