using OrleansSie.Grains.Interfaces;

namespace OrleansSie.Silo.AuditLogs;

/// <summary>The meaning of one <c>methodName</c>.</summary>
/// <param name="Action">What the method does.</param>
/// <param name="Reason">Why the instance is taken away; only for <see cref="InstanceAction.Interruption"/>.</param>
internal readonly record struct InstanceMethod(InstanceAction Action, InterruptionReason Reason = default);
