using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Silo.AuditLogs;

/// <summary>What an entry of a known method means for its instance: a kind of event, or an outcome under which it is ignored.</summary>
/// <param name="Kind">The kind of event; null when the entry is ignored.</param>
/// <param name="Ignored">Why it is ignored; <see cref="Outcome.none"/> when there is a kind.</param>
internal readonly record struct EntryMeaning(InstanceEventKind? Kind, Outcome Ignored)
{
    public static EntryMeaning Of(InstanceAction action, in AuditLogEntry entry, bool namesInstance) => action switch
    {
        InstanceAction.Interruption => Event(InstanceEventKind.interrupted),
        InstanceAction.Insert => OfInsert(entry),
        InstanceAction.BulkInsert when !namesInstance => Ignore(Outcome.bulk_request),
        InstanceAction.BulkInsert => Event(entry.IsError ? InstanceEventKind.create_failed : InstanceEventKind.bulk_created),
        InstanceAction.Delete when !entry.IsError => Event(InstanceEventKind.deleted),
        InstanceAction.Delete or InstanceAction.NotALoss => Ignore(Outcome.not_a_loss),
        _ => Ignore(Outcome.unknown_method),
    };

    // A refused call has no operation: nothing was made, and what it would undo may be a living instance of the same name.
    private static EntryMeaning OfInsert(in AuditLogEntry entry) => (entry.Operation.IsFirst, entry.Operation.IsLast, entry.IsError) switch
    {
        (true, false, _) => Event(InstanceEventKind.created),
        (_, true, true) => Event(InstanceEventKind.create_failed),
        (true, true, false) => Event(InstanceEventKind.created),
        (false, true, false) => Event(InstanceEventKind.create_finished),
        (false, false, true) => Ignore(Outcome.create_failed),
        (false, false, false) => Event(InstanceEventKind.created),
    };

    private static EntryMeaning Event(InstanceEventKind kind) => new(kind, Outcome.none);

    private static EntryMeaning Ignore(Outcome outcome) => new(null, outcome);
}
