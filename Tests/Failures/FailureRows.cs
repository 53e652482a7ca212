using Xunit;

namespace OrleansSie.Tests.Failures;

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
