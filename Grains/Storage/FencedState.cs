using System.Collections.Immutable;

namespace OrleansSie.Grains.Storage;

/// <summary>
/// A caller's side of the <see cref="Fence"/>: its record, and the epochs that were known before the store was last seen to hold that record.
/// </summary>
internal sealed class FencedState<T>
    where T : class, new()
{
    private readonly DurableState<T> _state;
    private readonly KnownEpochs _epochs;
    private ImmutableDictionary<string, long> _began = [];

    public FencedState(DurableState<T> state, KnownEpochs epochs)
    {
        _state = state;
        _epochs = epochs;
    }

    /// <inheritdoc cref="DurableState{T}.Value"/>
    public T Value => _state.Value;

    /// <inheritdoc cref="DurableState{T}.LoadAsync"/>
    public async Task LoadAsync()
    {
        _began = _state.IsLoaded ? _began : _epochs.Now;
        await _state.LoadAsync().ConfigureAwait(false);
    }

    /// <inheritdoc cref="DurableState{T}.WriteAsync"/>
    public async Task WriteAsync()
    {
        // A write succeeds only on the record that the store holds, which is therefore as good as read when it began.
        var began = _epochs.Now;
        await _state.WriteAsync().ConfigureAwait(false);
        _began = began;
    }

    /// <summary>The epoch under which a receiver is to be called: what was known of it before the record was last read or written.</summary>
    /// <param name="receiver">Its name among the <see cref="KnownEpochs"/>.</param>
    public long EpochFor(string receiver) => _began.GetValueOrDefault(receiver);

    /// <summary>
    /// Reads the record again after a receiver has refused a call of an epoch that is over; then the call is made again. Several may run at
    /// once: each leaves an epoch behind that was known before a read of its own.
    /// </summary>
    /// <param name="receiver">Its name among the <see cref="KnownEpochs"/>.</param>
    /// <param name="told">The epoch that it told.</param>
    /// <exception cref="StateUnavailableException">Another activation has written the record; this one ends.</exception>
    public async Task ReadAgainAsync(string receiver, long told)
    {
        _epochs.Take(receiver, told);
        var began = _epochs.Now;
        await _state.ConfirmAsync();
        _began = began;
    }
}
