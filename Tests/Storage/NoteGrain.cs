using OrleansSie.Grains.Storage;

namespace OrleansSie.Tests.Storage;

internal sealed class NoteGrain([PersistentState("note", StateStore.Name)] IPersistentState<NoteState> note) : Grain, INoteGrain
{
    public Task<string> ReadAsync() => Task.FromResult(note.State.Text);

    public Task WriteAsync(string text)
    {
        note.State.Text = text;
        return note.WriteStateAsync();
    }

    public Task ClearAsync() => note.ClearStateAsync();

    public Task DeactivateAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }
}
