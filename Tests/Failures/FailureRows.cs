using Xunit;

namespace OrleansSie.Tests.Failures;

/// <summary>The tests behind the table "What happens when something fails": whole processes and real faults, one test at a time.</summary>
[CollectionDefinition(nameof(FailureRows), DisableParallelization = true)]
public sealed class FailureRows;
