using System.Globalization;

namespace OrleansSie.Silo.AuditLogs;

/// <summary>The instance that an entry is about.</summary>
/// <param name="Key"><c>projects/{project id}/zones/{zone}/instances/{name}</c>.</param>
/// <param name="Id">Compute Engine's numeric id, where the entry tells it.</param>
internal readonly record struct InstanceReference(string Key, ulong? Id)
{
    /// <summary>Finds the instance in <c>resourceName</c>, else in <c>response.targetLink</c>; null where neither names one.</summary>
    public static InstanceReference? Find(in AuditLogEntry entry, ReadOnlySpan<byte> subscriptionProject)
    {
        var hasTarget = InstanceName.TryParse(entry.Payload.Response.Link, out var target);
        var isNamed = InstanceName.TryParse(entry.Payload.ResourceName, out var name);
        if (!isNamed && !hasTarget)
        {
            return null;
        }

        name = isNamed ? name : target;
        if (KeyOf(entry, name, target, subscriptionProject) is not { } key)
        {
            return null;
        }

        var id = ParseId(entry.Resource.InstanceId);
        return new(key, id is null && hasTarget && target.IsSameInZone(name) ? ParseId(entry.Payload.Response.Id) : id);
    }

    /// <summary>
    /// By the entry alone, so that it has the same place on every silo at every time. GKE's and managed groups' entries have the project's
    /// number in resourceName; the other places have its id.
    /// </summary>
    private static string? KeyOf(in AuditLogEntry entry, InstanceName name, InstanceName target, ReadOnlySpan<byte> subscriptionProject)
    {
        var ofLog = ProjectOfLog(entry.LogName);
        return InstanceName.IsProjectId(name.Project) ? name.ToKey(name.Project)
            : InstanceName.IsProjectId(entry.Resource.ProjectId) ? name.ToKey(entry.Resource.ProjectId)
            : InstanceName.IsProjectId(target.Project) ? name.ToKey(target.Project)
            : name.ToKey(InstanceName.IsProjectId(ofLog) ? ofLog : subscriptionProject);
    }

    private static ReadOnlySpan<byte> ProjectOfLog(ReadOnlySpan<byte> logName)
    {
        var prefix = "projects/"u8;
        var end = logName.IndexOf("/logs/"u8);
        return logName.StartsWith(prefix) && end > prefix.Length ? logName[prefix.Length..end] : default;
    }

    private static ulong? ParseId(ReadOnlySpan<byte> text) =>
        InstanceName.IsNumber(text)
        && ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
        && id != 0
            ? id
            : null;
}
