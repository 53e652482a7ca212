using OrleansSie.Tests;
using Xunit;
using Xunit.Sdk;
using Xunit.v3;

// More tests at a time than processors: most of the time a test waits, for a timer or for another process.
[assembly: Parallelization(MaxThreads = 4)]
[assembly: TestCollectionOrderer(typeof(NamedCollectionsFirst))]

namespace OrleansSie.Tests;

/// <summary>The long rows of tests that run one after the other have a name each, and begin first: none is left over at the end.</summary>
internal sealed class NamedCollectionsFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : notnull, ITestCollection =>
        [.. testCollections.OrderBy(collection => collection.TestCollectionDisplayName.StartsWith("Test collection for ", StringComparison.Ordinal))];
}

/// <summary>
/// The tests behind the table "What happens when something fails", and others of whole processes and real faults: one at a time, so that two
/// cores are enough.
/// </summary>
[CollectionDefinition(nameof(FailureRows))]
public sealed class FailureRows;

/// <summary>As <see cref="FailureRows"/>, of clusters that change.</summary>
[CollectionDefinition(nameof(SiloRows))]
public sealed class SiloRows;

/// <summary>As <see cref="SiloRows"/>, on the Kubernetes API.</summary>
[CollectionDefinition(nameof(KubernetesRows))]
public sealed class KubernetesRows;
