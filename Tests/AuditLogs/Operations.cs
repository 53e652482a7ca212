using System.Text.Json.Nodes;

namespace OrleansSie.Tests.AuditLogs;

/// <summary>Changes the <c>operation</c> of an entry.</summary>
internal static class Operations
{
    /// <summary>Sets exactly the flags that are named, separated by commas.</summary>
    public static void SetFlags(JsonObject entry, string flags)
    {
        var operation = new JsonObject { ["id"] = entry["operation"]!["id"]!.DeepClone() };
        foreach (var flag in flags.Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            operation[flag] = true;
        }

        entry["operation"] = operation;
    }
}
