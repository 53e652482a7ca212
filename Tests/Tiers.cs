using System.Runtime.CompilerServices;
using Xunit;
using Xunit.v3;

namespace OrleansSie.Tests;

/// <summary>
/// The tiers of the tests. A plain <c>[Fact]</c> needs the SDK alone and runs always. The others run when their variable is 1, and have the
/// trait <c>Tier</c>.
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

    /// <summary>The trait of a tier.</summary>
    public static IReadOnlyCollection<KeyValuePair<string, string>> Trait(string tier) => [new("Tier", tier)];
}

/// <summary>A test of the system tier: processes, real parts, chart, infrastructure.</summary>
internal sealed class SystemFactAttribute : FactAttribute, ITraitAttribute
{
    public SystemFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = Tiers.Skip(Tiers.SystemVariable);

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => Tiers.Trait("system");
}

/// <summary>A test of the system tier with data.</summary>
internal sealed class SystemTheoryAttribute : TheoryAttribute, ITraitAttribute
{
    public SystemTheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = Tiers.Skip(Tiers.SystemVariable);

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => Tiers.Trait("system");
}

/// <summary>A run of the chaos harness.</summary>
internal sealed class ChaosFactAttribute : FactAttribute, ITraitAttribute
{
    public ChaosFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line) => Skip = Tiers.Skip(Tiers.ChaosVariable);

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => Tiers.Trait("chaos");
}
