namespace OrleansSie.Tests.Storage;

/// <summary>What a SIGKILL at this moment would leave: a copy of a store's folder, taken while the store writes.</summary>
internal static class CrashImage
{
    /// <summary>
    /// Copies into a sibling below the folder itself. The metadata of commits goes first: it never speaks of
    /// more of the log than was there when it was written, while a log copied later may only hold more.
    /// </summary>
    public static string Of(string folder)
    {
        var image = Path.Combine(folder, "image");
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => !file.StartsWith(image, StringComparison.Ordinal) && Path.GetFileName(file) is not ("socket" or "lock"))
            .OrderByDescending(file => file.Contains("log-commits", StringComparison.Ordinal))
            .ToList();
        foreach (var file in files)
        {
            var copy = Path.Combine(image, Path.GetRelativePath(folder, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            using var source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var target = File.Create(copy);
            source.CopyTo(target);
        }

        return image;
    }
}
