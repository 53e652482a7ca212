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
