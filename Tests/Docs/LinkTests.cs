using System.Text.RegularExpressions;
using OrleansSie.Testing;
using Xunit;

namespace OrleansSie.Tests.Docs;

/// <summary>Every link from one document to another file, or to a heading of it, leads somewhere.</summary>
public sealed partial class LinkTests
{
    public static TheoryData<string> Documents =>
    [
        .. Directory.EnumerateFiles(Repository.PathOf("."), "*.md", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(Repository.PathOf("."), path))
            .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj" or "node_modules" or ".git" or "TestResults"))
            .Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Documents))]
    public void Links_LeadSomewhere(string document)
    {
        var folder = Path.GetDirectoryName(Repository.PathOf(document))!;

        Assert.All(Links(Repository.Read(document)), link =>
        {
            var (file, anchor) = link.Split('#') is [var f, var a] ? (f, a) : (link, "");
            var target = file.Length == 0 ? Repository.PathOf(document) : Path.GetFullPath(Path.Combine(folder, file));
            Assert.True(File.Exists(target) || Directory.Exists(target), $"{link} leads nowhere");
            Assert.True(anchor.Length == 0 || Anchors(File.ReadAllText(target)).Contains(anchor), $"{link} names no heading");
        });
    }

    private static IEnumerable<string> Links(string text) => Link().Matches(InlineCode().Replace(Fence().Replace(text, ""), ""))
        .Select(match => match.Groups[1].Value)
        .Where(link => !link.Contains("://", StringComparison.Ordinal) && !link.StartsWith("mailto:", StringComparison.Ordinal));

    /// <summary>Headings as their links are written: small letters, dashes for spaces, nothing else.</summary>
    private static HashSet<string> Anchors(string text) => Heading().Matches(Fence().Replace(text, ""))
        .Select(match => NoLetter().Replace(match.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'))
        .ToHashSet(StringComparer.Ordinal);

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex("`[^`\n]*`")]
    private static partial Regex InlineCode();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoLetter();
}
