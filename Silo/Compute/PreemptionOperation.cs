using System.Globalization;
using System.Text;
using System.Text.Json;
using OrleansSie.Grains.Interfaces;
using OrleansSie.Silo.AuditLogs;

namespace OrleansSie.Silo.Compute;

/// <summary>
/// One operation of the Compute API, as slices of its page. A finished preemption becomes the same event as its audit log entry: the
/// operation's name is the entry's <c>operation.id</c>, its type the <c>methodName</c>, its target id the <c>instance_id</c>.
/// </summary>
internal ref struct PreemptionOperation
{
    /// <summary>Selects the operations of this type.</summary>
    public const string Filter = "operationType=\"compute.instances.preempted\"";

    /// <summary>The fields requested from the API.</summary>
    public const string Fields = "name,operationType,status,targetLink,targetId,insertTime,endTime";

    public ReadOnlySpan<byte> Name;
    public ReadOnlySpan<byte> OperationType;
    public ReadOnlySpan<byte> Status;
    public ReadOnlySpan<byte> TargetLink;
    public ulong TargetId;
    public DateTimeOffset? InsertedAt;
    public DateTimeOffset? EndedAt;

    public readonly bool IsFinishedPreemption => OperationType.Is("compute.instances.preempted"u8) && Status.Is("DONE"u8);

    public static PreemptionOperation Read(scoped ref Utf8JsonReader reader)
    {
        var operation = default(PreemptionOperation);
        if (!JsonValue.EnterObject(ref reader))
        {
            return operation;
        }

        while (JsonValue.NextField(ref reader, out var name))
        {
            operation.ReadField(name, ref reader);
        }

        return operation;
    }

    /// <summary>
    /// The event; null if the operation lacks its name, its time, or the instance's name or number. Without them the event could not be
    /// recognized as the audit log's.
    /// </summary>
    /// <param name="project">Replaces a project number in the target's address.</param>
    public readonly InstanceEvent? ToEvent(string project)
    {
        if (Name.IsEmpty || TargetId == 0 || (EndedAt ?? InsertedAt) is not { } at || !InstanceName.TryParse(TargetLink, out var target))
        {
            return null;
        }

        var key = target.ToKey(InstanceName.IsProjectId(target.Project) ? target.Project : Encoding.UTF8.GetBytes(project));
        return key is null ? null : new InstanceEvent
        {
            Instance = key,
            InstanceId = TargetId,
            Kind = InstanceEventKind.interrupted,
            At = at,
            EventId = EventIdentity.OfOperation(TargetId, key, OperationType, Name, InstanceEventKind.interrupted),
            Reason = InterruptionReason.Preempted,
            Operation = AuditLogOperation.TextOf(Name),
        };
    }

    private void ReadField(ReadOnlySpan<byte> name, scoped ref Utf8JsonReader reader)
    {
        if (name.Is("name"u8))
        {
            Name = JsonValue.Text(ref reader);
        }
        else if (name.Is("operationType"u8))
        {
            OperationType = JsonValue.Text(ref reader);
        }
        else if (name.Is("status"u8))
        {
            Status = JsonValue.Text(ref reader);
        }
        else if (name.Is("targetLink"u8))
        {
            TargetLink = JsonValue.Text(ref reader);
        }
        else if (name.Is("targetId"u8))
        {
            _ = ulong.TryParse(JsonValue.TextOrNumber(ref reader), NumberStyles.None, CultureInfo.InvariantCulture, out TargetId);
        }
        else if (name.Is("insertTime"u8))
        {
            InsertedAt = Rfc3339.Parse(JsonValue.Text(ref reader));
        }
        else if (name.Is("endTime"u8))
        {
            EndedAt = Rfc3339.Parse(JsonValue.Text(ref reader));
        }
        else
        {
            reader.Skip();
        }
    }
}
