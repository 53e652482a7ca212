namespace OrleansSie.Tests.Storage;

[GenerateSerializer]
internal sealed class NoteState
{
    [Id(0)]
    public string Text { get; set; } = string.Empty;
}
