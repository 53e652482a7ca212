using System.Text.Json;

namespace OrleansSie.Grains.State;

/// <summary>
/// One stored record of a grain, read on first use rather than during activation: an activation that reads nothing cannot fail,
/// so a failing store never stalls the registration of streams. After a failed write nothing more is answered from memory: the
/// record is poisoned, the activation ends, and the next one reads what the store holds.
/// It calls the storage itself, not through Orleans' StateStorageBridge: that serialises a write in a later turn, so that
/// what was stored could hold more than what its writer had seen. Here the caller's turn is what is stored. One write at a time.
/// What runs after the store's answer is not in the grain's turn: it only notes the answer, and a return to the turn has a price.
/// </summary>
internal sealed class DurableState<T>
    where T : class, new()
{
    private readonly string _name;
    private readonly IGrainContext _context;
    private readonly IGrainStorage _storage;
    private readonly GrainState<T> _record = new(null, null);
    private Task? _load;
    private volatile bool _isPoisoned;

    public DurableState(string name, IGrainContext context, IGrainStorage storage)
    {
        _name = name;
        _context = context;
        _storage = storage;
    }

    /// <summary>The record in memory; valid after <see cref="LoadAsync"/>.</summary>
    public T Value => _record.State ??= new T();

    /// <summary>Whether the store holds the record.</summary>
    public bool Exists => _record.RecordExists;

    /// <summary>Whether the record was read.</summary>
    public bool IsLoaded => _load is { IsCompletedSuccessfully: true };

    /// <summary>Reads the record if it was not read yet.</summary>
    /// <exception cref="StateUnavailableException">The record cannot be read, or an earlier write failed.</exception>
    public Task LoadAsync()
    {
        ThrowIfPoisoned();
        if (_load is null || _load.IsFaulted || _load.IsCanceled)
        {
            _load = ReadAsync();
        }

        return _load;
    }

    /// <summary>Writes the record as it is in memory now. When it returns, the store has acknowledged it.</summary>
    /// <exception cref="StateUnavailableException">The write failed, or may have: the record is poisoned.</exception>
    public async Task WriteAsync()
    {
        ThrowIfPoisoned();
        try
        {
            await _storage.WriteStateAsync(_name, _context.GrainId, _record).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            throw Poison("written", e);
        }
    }

    /// <summary>Removes the record from the store.</summary>
    public async Task ClearAsync()
    {
        ThrowIfPoisoned();
        try
        {
            await _storage.ClearStateAsync(_name, _context.GrainId, _record).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            throw Poison("removed", e);
        }
    }

    /// <summary>The record as the store holds it now. What is in memory stays as it is.</summary>
    /// <exception cref="StateUnavailableException">The record cannot be read.</exception>
    public async Task<T> ReadStoredAsync() => (await LoadStoredAsync()).Value;

    /// <summary>Checks in the store that no other activation has written the record since it was read or written here.</summary>
    /// <exception cref="StateUnavailableException">Another activation has written; this one ends.</exception>
    public async Task ConfirmAsync()
    {
        if ((await LoadStoredAsync())._record.ETag != _record.ETag)
        {
            throw LeftBehind();
        }
    }

    /// <summary>
    /// Ends an activation whose record another one has written, or that the store has set back: it must not go on answering.
    /// </summary>
    public StateUnavailableException LeftBehind()
    {
        var message = $"State {this} was written by another activation or set back in the store; this one ends.";
        _context.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationRequested, message));
        return new StateUnavailableException(message);
    }

    /// <summary>Refuses to go on after a failed write.</summary>
    public void ThrowIfPoisoned()
    {
        if (_isPoisoned)
        {
            throw new StateUnavailableException($"State {this} is read again after a failed write; try again.");
        }
    }

    /// <summary>What is in memory can no longer be what the store has: nothing more is answered from it, and the activation ends.</summary>
    /// <param name="what">What could not be done with the record.</param>
    /// <param name="e">Why.</param>
    public StateUnavailableException Poison(string what, Exception e)
    {
        _isPoisoned = true;
        var message = $"State {this} could not be {what}: {e.Message}";
        _context.Deactivate(new DeactivationReason(DeactivationReasonCode.ApplicationError, e, message));
        return new StateUnavailableException(message, e);
    }

    /// <summary>Names the record, for errors.</summary>
    public override string ToString() => $"'{_name}' of {_context.GrainId}";

    private async Task<DurableState<T>> LoadStoredAsync()
    {
        var stored = new DurableState<T>(_name, _context, _storage);
        await stored.LoadAsync();
        return stored;
    }

    private async Task ReadAsync()
    {
        try
        {
            await _storage.ReadStateAsync(_name, _context.GrainId, _record).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            throw new StateUnavailableException($"State {this} cannot be read: {e.Message}", e);
        }
    }
}

/// <summary>A grain's stored state cannot be read or written now. The message names the record; the event must be delivered again.</summary>
[GenerateSerializer, Alias("sie.state-unavailable")]
public sealed class StateUnavailableException : Exception
{
    /// <inheritdoc/>
    public StateUnavailableException()
    {
    }

    /// <inheritdoc/>
    public StateUnavailableException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public StateUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}

/// <summary>A stored record that says by which schema it was written.</summary>
internal interface IVersionedState
{
    /// <summary>The newest schema that this version reads and the one it writes. It rises only when an old reader would be misled.</summary>
    const int CurrentSchema = 1;

    /// <summary>
    /// The name of a member in which a later version may keep what follows from the rest of the record. A version that does not know it drops
    /// it when it reads the record, since what it writes may no longer agree with it.
    /// </summary>
    const string Derived = "y";

    /// <summary>The schema of this record.</summary>
    int Schema { get; }

    /// <summary>Members that this version does not know. They are written back.</summary>
    Dictionary<string, JsonElement>? Unknown { get; }
}

/// <summary>The grain storage providers: two names of one store.</summary>
public static class StateStore
{
    /// <summary>Of the records that stay for ever.</summary>
    public const string Name = "state";

    /// <summary>Of the records that leave the store when they have not been written for <c>instances.retention</c>.</summary>
    public const string Instances = "instances";
}
