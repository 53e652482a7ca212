using System.ComponentModel;
using System.Runtime.InteropServices;

namespace OrleansSie.Testing.Machine;

/// <summary>Sends the signals of the fault schedule (Linux on x64 and arm64); each answers false when the process is already gone.</summary>
internal static partial class Signals
{
    private const int SigKill = 9;
    private const int SigTerm = 15;
    private const int SigCont = 18;
    private const int SigStop = 19;
    private const int NoSuchProcess = 3;

    /// <summary>SIGSTOP: freezes the process, which cannot tell.</summary>
    public static bool Stop(int processId) => Send(processId, SigStop);

    /// <summary>SIGCONT: wakes a process that was stopped.</summary>
    public static bool Continue(int processId) => Send(processId, SigCont);

    /// <summary>SIGTERM: asks the process to end.</summary>
    public static bool Terminate(int processId) => Send(processId, SigTerm);

    /// <summary>SIGKILL: ends the process, running or stopped, without a word to it.</summary>
    public static bool Kill(int processId) => Send(processId, SigKill);

    /// <summary>Any signal, by its number.</summary>
    public static bool Send(int processId, int signal)
    {
        // Zero and negative ids mean whole process groups.
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(processId);
        if (SendSignal(processId, signal) == 0)
        {
            return true;
        }

        var error = Marshal.GetLastPInvokeError();
        return error == NoSuchProcess ? false : throw new Win32Exception(error);
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SendSignal(int processId, int signal);
}
