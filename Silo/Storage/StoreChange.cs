namespace OrleansSie.Silo.Storage;

/// <summary>One write or removal on its way to the disk.</summary>
internal sealed class StoreChange(string key, string? etag, StoreRecord? next)
{
    private readonly TaskCompletionSource<bool> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Whose record.</summary>
    public string Key { get; } = key;

    /// <summary>The record it replaces; null where there must be none.</summary>
    public string? Etag { get; } = etag;

    /// <summary>The record that takes its place; null to remove it.</summary>
    public StoreRecord? Next { get; } = next;

    /// <summary>True once the change is on disk; false where the stored record is another one than it names.</summary>
    public Task<bool> Done => _done.Task;

    public void Complete(bool applied) => _done.TrySetResult(applied);

    public void Fail(Exception fault) => _done.TrySetException(fault);
}
