namespace OrleansSie.Grains.Interfaces;

/// <summary>Why Compute Engine took an instance away. The names are the values of the <c>reason</c> label.</summary>
[GenerateSerializer, Alias("sie.reason")]
public enum InterruptionReason
{
    /// <summary><c>compute.instances.preempted</c>: capacity was taken back.</summary>
    preempted = 0,

    /// <summary><c>compute.instances.hostError</c>.</summary>
    host_error = 1,

    /// <summary><c>compute.instances.terminateOnHostMaintenance</c>.</summary>
    maintenance = 2,

    /// <summary><c>compute.instances.baremetalCaretakerPreempted</c>.</summary>
    bare_metal_preemption = 3,

    /// <summary>Any other system event that ends an instance, such as <c>compute.instances.guestTerminate</c>.</summary>
    other = 4,
}
