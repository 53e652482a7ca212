using OrleansSie.Grains.State;

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

/// <summary>A grain with nothing but a stored note.</summary>
public interface INoteGrain : IGrainWithStringKey
{
    Task<string> ReadAsync();

    Task WriteAsync(string text);

    Task ClearAsync();

    Task DeactivateAsync();
}

[GenerateSerializer]
internal sealed class NoteState
{
    [Id(0)]
    public string Text { get; set; } = string.Empty;
}
