namespace OrleansSie.Tests.EndToEnd;

/// <summary>The files of this repository, for tests that hold documents against the code.</summary>
internal static class Repository
{
    public static string PathOf(string file)
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "OrleansSie.sln")))
        {
            directory = directory.Parent ?? throw new InvalidOperationException("The tests run outside of the repository.");
        }

        return Path.Combine(directory.FullName, file);
    }

    public static string Read(string file) => File.ReadAllText(PathOf(file));
}
