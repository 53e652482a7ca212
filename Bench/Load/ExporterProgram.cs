using OrleansSie.Testing;
using OrleansSie.Testing.Machine;

namespace OrleansSie.Bench.Load;

/// <summary>A program that is measured.</summary>
/// <param name="Name">What the results call it.</param>
/// <param name="IsOurs">Whether it is a silo; another exporter is known by what the original understands and serves.</param>
/// <param name="Command">How it is started.</param>
internal sealed record ExporterProgram(string Name, bool IsOurs, params IReadOnlyList<string> Command)
{
    private const string Dll = "Silo.dll";

    /// <summary>The silo that is built with this program.</summary>
    public static ExporterProgram Built()
    {
        var here = AppContext.BaseDirectory;
        var beside = Repository.Root is { } root
            ? Path.Combine(root, "Silo", Path.GetRelativePath(Path.Combine(root, "Bench"), here), Dll)
            : "";
        return new ExporterProgram("this build", true, "dotnet", File.Exists(beside) ? beside : Path.Combine(here, Dll));
    }

    /// <summary>A silo by its path: a folder with a build or with what was published, or a program.</summary>
    public static ExporterProgram Silo(string path)
    {
        var full = Path.GetFullPath(path);
        var program = !Directory.Exists(full) ? full
            : Path.Combine(full, "libcoreclr.so") is var own && File.Exists(own) ? Path.Combine(full, "Silo")
            : Path.Combine(full, Dll);
        return !File.Exists(program) ? throw new PartMissingException($"There is no silo at {path}: give a folder with {Dll}, or the program.")
            : program.EndsWith(".dll", StringComparison.Ordinal) ? new ExporterProgram(path, true, "dotnet", program)
            : new ExporterProgram(path, true, program);
    }

    /// <summary>Another exporter, by a line for the shell.</summary>
    public static ExporterProgram Other(string line) => new(line, false, "/bin/sh", "-c", line);
}
