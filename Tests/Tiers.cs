using System.Runtime.CompilerServices;
using Xunit;

namespace OrleansSie.Tests;

/// <summary>
/// The tiers of the tests. A plain <c>[Fact]</c> needs the SDK alone and runs always. The others run when their variable is 1.
/// </summary>
internal static class Tiers
{
    public const string SystemVariable = "SIE_TEST_SYSTEM";
    public const string ChaosVariable = "SIE_TEST_CHAOS";

    /// <summary>Rounds of a test that tries at random: few where tests must be quick, many where the system tier runs.</summary>
    public static int Rounds(int few, int many) => Skip(SystemVariable) is null ? many : few;

    /// <summary>The reason to skip a test of a tier; null where the tier runs.</summary>
    public static string? Skip(string variable) =>
        Environment.GetEnvironmentVariable(variable) == "1" ? null : $"Another tier: set {variable}=1 to run it.";
}

/// <summary>A test of the system tier: processes, real parts, chart, infrastructure.</summary>
internal sealed class SystemFactAttribute : FactAttribute
{
    public SystemFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = Tiers.Skip(Tiers.SystemVariable);
}

/// <summary>A test of the system tier with data.</summary>
internal sealed class SystemTheoryAttribute : TheoryAttribute
{
    public SystemTheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = Tiers.Skip(Tiers.SystemVariable);
}

/// <summary>A run of the chaos harness.</summary>
internal sealed class ChaosFactAttribute : FactAttribute
{
    public ChaosFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = Tiers.Skip(Tiers.ChaosVariable);
}
