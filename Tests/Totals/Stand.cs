using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace OrleansSie.Tests.Totals;

/// <summary>Answers the calls of an interface.</summary>
[SuppressMessage("Performance", "CA1852", Justification = "The proxy is derived from it.")]
internal class Stand : DispatchProxy
{
    private Func<MethodInfo, object?[], object?> _answer = (_, _) => null;

    public static T For<T>(Func<MethodInfo, object?[], object?> answer)
        where T : class
    {
        var stand = Create<T, Stand>();
        ((Stand)(object)stand)._answer = answer;
        return stand;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _answer(targetMethod!, args ?? []);
}
