using System.Text;
using OrleansSie.Testing;
using OrleansSie.Testing.Machine;
using Xunit;

namespace OrleansSie.Tests.Chaos;

/// <summary>The small disk is really full when it says so, and leaves nothing mounted.</summary>
public sealed class SmallDiskTests
{
    private const long Size = 1024 * 1024;

    [SystemFact]
    public void Fill_ThenFree_WritesFailWithNoSpaceAndThenSucceed()
    {
        using var folder = new TemporaryFolder();
        using var disk = Create(folder);
        var file = Path.Combine(disk.Path, "data");
        File.WriteAllText(file, "before");

        disk.Fill();

        Assert.Equal(0, disk.FreeBytes);
        var full = Assert.Throws<IOException>(() => File.WriteAllBytes(Path.Combine(disk.Path, "more"), Encoding.UTF8.GetBytes("more")));
        Assert.Equal(28, full.HResult);
        Assert.Equal("before", File.ReadAllText(file));

        disk.Free();
        File.WriteAllText(file, "after");
        Assert.Equal("after", File.ReadAllText(file));
    }

    [SystemFact]
    public void Dispose_WithAFileStillOpen_UnmountsIt()
    {
        using var folder = new TemporaryFolder();
        var disk = Create(folder);
        using var open = File.Create(Path.Combine(disk.Path, "open"));
        Assert.Contains(disk.Path, File.ReadAllText("/proc/mounts"), StringComparison.Ordinal);

        disk.Dispose();
        disk.Dispose();

        Assert.DoesNotContain(disk.Path, File.ReadAllText("/proc/mounts"), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(disk.Path));
    }

    private static SmallDisk Create(TemporaryFolder folder)
    {
        var disk = SmallDisk.TryCreate(Path.Combine(folder.Path, "disk"), Size, out var reason);
        Assert.SkipWhen(disk is null, reason ?? "");
        return disk!;
    }
}
