namespace OrleansSie.Testing;

/// <summary>The files of the repository that this program stands in.</summary>
internal static class Repository
{
    /// <summary>Its folder; null where the program stands outside of it.</summary>
    public static string? Root { get; } = Find();

    /// <summary>The path of one of its files or folders.</summary>
    public static string PathOf(string file) => Path.Combine(Root ?? throw new InvalidOperationException("The program stands outside of the repository."), file);

    /// <summary>The text of one of its files.</summary>
    public static string Read(string file) => File.ReadAllText(PathOf(file));

    private static string? Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "OrleansSie.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName;
    }
}

/// <summary>A folder of one test, removed with it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("sie-test-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
