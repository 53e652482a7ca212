using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace OrleansSie.Silo.AuditLogs;

/// <summary>
/// The three parts of <c>projects/{project}/zones/{zone}/instances/{name}</c>, slices of the text they were read from. None is empty
/// or holds a control character or a slash.
/// </summary>
internal readonly ref struct InstanceName
{
    private const int MaxKeyLength = 1024;
    private const int MaxKeyBytes = 3 * MaxKeyLength;

    private InstanceName(ReadOnlySpan<byte> project, ReadOnlySpan<byte> zone, ReadOnlySpan<byte> name)
    {
        Project = project;
        Zone = zone;
        Name = name;
    }

    /// <summary>A project id, which may be scoped (<c>example.com:project</c>), or a project number.</summary>
    public ReadOnlySpan<byte> Project { get; }

    public ReadOnlySpan<byte> Zone { get; }

    public ReadOnlySpan<byte> Name { get; }

    /// <summary>Reads a relative name, or one behind a scheme and host, such as a self link.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out InstanceName name)
    {
        var rest = WithoutHost(text);
        name = default;
        if (!TakeLiteral(ref rest, "projects/"u8) || !TakePart(ref rest, out var project)
            || !TakeLiteral(ref rest, "zones/"u8) || !TakePart(ref rest, out var zone)
            || !TakeLiteral(ref rest, "instances/"u8) || !IsPart(rest))
        {
            return false;
        }

        name = new InstanceName(project, zone, rest);
        return true;
    }

    /// <summary>True for a text that can be a project's id, as opposed to its number.</summary>
    public static bool IsProjectId(ReadOnlySpan<byte> text) => IsPart(text) && !IsNumber(text);

    public static bool IsNumber(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    public bool IsSameInZone(InstanceName other) => Zone.SequenceEqual(other.Zone) && Name.SequenceEqual(other.Name);

    /// <summary>The instance's key under a project; null where it would be longer than 1,024 characters.</summary>
    public string? ToKey(ReadOnlySpan<byte> project)
    {
        Span<byte> buffer = stackalloc byte[MaxKeyBytes];
        if (!Utf8.TryWrite(buffer, $"projects/{project}/zones/{Zone}/instances/{Name}", out var written))
        {
            return null;
        }

        var utf8 = buffer[..written];
        return Encoding.UTF8.GetCharCount(utf8) <= MaxKeyLength ? Encoding.UTF8.GetString(utf8) : null;
    }

    private static ReadOnlySpan<byte> WithoutHost(ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith("https://"u8) && !text.StartsWith("http://"u8) && !text.StartsWith("//"u8))
        {
            return text;
        }

        var start = text.IndexOf("/projects/"u8);
        return start < 0 ? default : text[(start + 1)..];
    }

    private static bool TakeLiteral(ref ReadOnlySpan<byte> rest, ReadOnlySpan<byte> literal)
    {
        var isThere = rest.StartsWith(literal);
        rest = isThere ? rest[literal.Length..] : rest;
        return isThere;
    }

    private static bool TakePart(scoped ref ReadOnlySpan<byte> rest, out ReadOnlySpan<byte> part)
    {
        var end = rest.IndexOf((byte)'/');
        part = end < 0 ? default : rest[..end];
        rest = rest[(end + 1)..];
        return IsPart(part);
    }

    private static bool IsPart(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.Contains((byte)'/') && !HasControl(text);

    // The C1 controls are the two bytes C2 80 to C2 9F.
    private static bool HasControl(ReadOnlySpan<byte> text)
    {
        if (text.ContainsAnyInRange((byte)0, (byte)0x1F) || text.Contains((byte)0x7F))
        {
            return true;
        }

        for (var lead = text.IndexOf((byte)0xC2); lead >= 0; lead = text.IndexOf((byte)0xC2))
        {
            text = text[(lead + 1)..];
            if (!text.IsEmpty && text[0] <= 0x9F)
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>The instance that an entry is about.</summary>
/// <param name="Key"><c>projects/{project id}/zones/{zone}/instances/{name}</c>.</param>
/// <param name="Id">Compute Engine's numeric id; null where the entry does not have it.</param>
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
    /// From the entry alone, so that the key is the same on every silo at every time. Entries of GKE and of managed groups have the
    /// project's number in resourceName; the other places have its id.
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
