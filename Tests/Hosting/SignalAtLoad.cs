using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace OrleansSie.Tests.Hosting;

/// <summary>Moments of a start of the program that a test can name. Run in the program's process by the startup hook, before its Main.</summary>
internal static class SignalAtLoad
{
    /// <summary>Holds the process before its Main until this pipe is opened and closed.</summary>
    public const string HoldVariable = "SIE_TEST_HOLD_BEFORE_MAIN";

    /// <summary>The process sends itself SIGTERM when it loads this assembly.</summary>
    public const string AssemblyVariable = "SIE_TEST_SIGTERM_AT";

    private const int SigTerm = 15;

    public static void Prepare()
    {
        if ((Environment.GetEnvironmentVariable(HoldVariable) ?? Environment.GetEnvironmentVariable(AssemblyVariable)) is null)
        {
            return;
        }

        // Orleans looks through all assemblies that are loaded, this one too, and what it refers to is not the program's.
        AssemblyLoadContext.Default.Resolving += (context, name) => Path.Combine(AppContext.BaseDirectory, name.Name + ".dll") is var file && File.Exists(file)
            ? context.LoadFromAssemblyPath(file)
            : null;
        if (Environment.GetEnvironmentVariable(HoldVariable) is { } pipe)
        {
            File.ReadAllBytes(pipe);
        }

        if (Environment.GetEnvironmentVariable(AssemblyVariable) is { } name)
        {
            AppDomain.CurrentDomain.AssemblyLoad += (_, loaded) =>
            {
                if (loaded.LoadedAssembly.GetName().Name == name)
                {
                    _ = Send(Environment.ProcessId, SigTerm);
                }
            };
        }
    }

    [DllImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Send(int processId, int signal);
}
