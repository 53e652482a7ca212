namespace OrleansSie.Tests.Storage;

/// <summary>A grain with nothing but a stored note.</summary>
public interface INoteGrain : IGrainWithStringKey
{
    Task<string> ReadAsync();

    Task WriteAsync(string text);

    Task ClearAsync();

    Task DeactivateAsync();
}
