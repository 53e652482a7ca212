using OrleansSie.Bench.Chaos;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.Chaos;

public sealed class SourcesTests
{
    [Fact]
    public void Hash_FileChangedAddedOrRenamed_IsAnother()
    {
        using var folder = new TemporaryFolder();
        Write(folder, "Directory.Packages.props", "1");
        Write(folder, "Grains/Clusters/A.cs", "a");
        var hashes = new List<string> { Sources.Hash(folder.Path) };

        Write(folder, "Grains/Clusters/A.cs", "b");
        hashes.Add(Sources.Hash(folder.Path));
        Write(folder, "Silo/B.cs", "b");
        hashes.Add(Sources.Hash(folder.Path));
        File.Move(Path.Combine(folder.Path, "Silo/B.cs"), Path.Combine(folder.Path, "Silo/C.cs"));
        hashes.Add(Sources.Hash(folder.Path));
        Write(folder, "Directory.Packages.props", "2");
        hashes.Add(Sources.Hash(folder.Path));

        Assert.Equal(hashes.Count, hashes.Distinct().Count());
    }

    [Fact]
    public void Hash_WhatTheProgramIsNotBuiltFrom_IsLeftOut()
    {
        using var folder = new TemporaryFolder();
        Write(folder, "Directory.Packages.props", "1");
        Write(folder, "Grains/A.cs", "a");
        var before = Sources.Hash(folder.Path);

        Write(folder, "Grains/obj/A.cs", "a");
        Write(folder, "Grains/bin/Debug/A.dll", "a");
        Write(folder, "Bench/A.cs", "a");
        Write(folder, "Silo/README.md", "a");

        Assert.Equal(before, Sources.Hash(folder.Path));
    }

    [Fact]
    public void Hash_OfThisRepository_IsFoundFromTheProgram() => Assert.Equal(Sources.Hash(Repository.PathOf(".")), Sources.Hash());

    private static void Write(TemporaryFolder folder, string file, string content)
    {
        var path = Path.Combine(folder.Path, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }
}
