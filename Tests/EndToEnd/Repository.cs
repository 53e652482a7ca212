using OrleansSie.Bench.Chaos;

namespace OrleansSie.Tests.EndToEnd;

/// <summary>The files of this repository, for tests that hold documents against the code.</summary>
internal static class Repository
{
    public static string PathOf(string file) =>
        Path.Combine((Sources.Root() ?? throw new InvalidOperationException("The tests run outside of the repository.")).FullName, file);

    public static string Read(string file) => File.ReadAllText(PathOf(file));
}
