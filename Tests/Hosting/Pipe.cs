using OrleansSie.Bench.Chaos.Parts;
using Xunit;

namespace OrleansSie.Tests.Hosting;

/// <summary>A named pipe: who reads it as a file stands still there until it is closed, and its writer knows that it does.</summary>
internal static class Pipe
{
    public static string Create(string folder)
    {
        var path = Path.Combine(folder, "pipe");
        Assert.Null(SystemCommand.Try("mkfifo", path));
        return path;
    }

    /// <summary>Ends when a reader has opened it; the reader goes on when this is closed.</summary>
    public static Task<FileStream> ReaderAsync(string path) => Task.Run(
        () => new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite), TestContext.Current.CancellationToken);
}
