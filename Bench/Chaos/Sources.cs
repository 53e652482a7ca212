using System.Security.Cryptography;
using System.Text;
using OrleansSie.Testing;

namespace OrleansSie.Bench.Chaos;

/// <summary>Names the sources that a result speaks of: as long as no file of the program changes, its name stays.</summary>
internal static class Sources
{
    private const string Versions = "Directory.Packages.props";
    private static readonly string[] _folders = ["Grains", "Grains.Interfaces", "Silo", "Orleans.Streaming.PubSub", "Orleans.Clustering.Kubernetes"];

    /// <summary>The hash of the repository's sources; <c>unknown</c> where the program stands outside of it.</summary>
    public static string Hash() => Repository.Root is { } root ? Hash(root) : "unknown";

    /// <summary>The hash of the names and contents of all files that the program is built from.</summary>
    public static string Hash(string root)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Files(root).Append(Versions).Order(StringComparer.Ordinal))
        {
            hash.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(file)));
            hash.AppendData(SHA256.HashData(File.ReadAllBytes(Path.Combine(root, file))));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 6));
    }

    private static IEnumerable<string> Files(string root) => _folders
        .Select(folder => Path.Combine(root, folder))
        .Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        .Select(file => Path.GetRelativePath(root, file))
        .Where(file => file.Split(Path.DirectorySeparatorChar) is var parts && !parts.Contains("bin") && !parts.Contains("obj") && !file.EndsWith(".md", StringComparison.Ordinal));
}
