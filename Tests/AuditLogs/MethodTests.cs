using OrleansSie.Grains.Interfaces;
using OrleansSie.Tests.Samples;
using Xunit;

namespace OrleansSie.Tests.AuditLogs;

public sealed class MethodTests
{
    [Theory]
    [InlineData("compute.instances.preempted", InterruptionReason.Preempted)]
    [InlineData("compute.instances.hostError", InterruptionReason.HostError)]
    [InlineData("compute.instances.terminateOnHostMaintenance", InterruptionReason.Maintenance)]
    [InlineData("compute.instances.baremetalCaretakerPreempted", InterruptionReason.BareMetalPreemption)]
    [InlineData("compute.instances.guestTerminate", InterruptionReason.Other)]
    [InlineData("compute.instances.instanceManagerHaltForRestart", InterruptionReason.Other)]
    [InlineData("compute.instances.stoppedDueToPdDoubleServe", InterruptionReason.Other)]
    [InlineData("compute.instances.kmsKeyError", InterruptionReason.Other)]
    [InlineData("compute.instances.shredmillKeyError", InterruptionReason.Other)]
    [InlineData("compute.instances.invalidVmImage", InterruptionReason.Other)]
    [InlineData("compute.instances.scratchDiskCreationFailed", InterruptionReason.Other)]
    [InlineData("compute.instances.localSsdInitializationError", InterruptionReason.Other)]
    [InlineData("compute.instances.localSsdInitializationKeyError", InterruptionReason.Other)]
    [InlineData("compute.instances.localSsdVerifyTarError", InterruptionReason.Other)]
    [InlineData("compute.instances.localSsdRecoveryAttempting", InterruptionReason.Other)]
    [InlineData("compute.instances.localSsdRecoveryTimeoutError", InterruptionReason.Other)]
    [InlineData("compute.instances.localSsdRecoveryFailedError", InterruptionReason.Other)]
    public void SystemEvent_ThatTakesTheInstanceAway_HasItsReason(string method, string reason)
    {
        var entry = Sample.Json(Parsing.Preempted);
        entry["protoPayload"]!["methodName"] = method;

        var found = Parsing.Event(entry);

        Assert.Equal((InstanceEventKind.interrupted, reason), (found.Kind, found.Reason));
    }

    [Theory]
    [InlineData("compute.instances.repair.recreateInstance")]
    [InlineData("compute.instances.automaticRestart")]
    [InlineData("compute.instances.deferredStop")]
    [InlineData("compute.instances.migrateOnHostMaintenance")]
    public void SystemEvent_AfterWhichNothingIsLost_IsNotALossEvenWithoutAnInstance(string method) =>
        Assert.Equal(Outcome.not_a_loss, Parsing.Ignored($$$"""{"protoPayload":{"methodName":"{{{method}}}"}}"""));

    [Theory]
    [InlineData("compute.instances.insert")]
    [InlineData("v1.compute.instances.insert")]
    [InlineData("beta.compute.instances.insert")]
    [InlineData("alpha.compute.instances.insert")]
    [InlineData("v2beta1.compute.instances.insert")]
    public void Insert_OfAnyVersion_IsACreation(string method)
    {
        var entry = Sample.Json(Parsing.InsertFirst);
        entry["protoPayload"]!["methodName"] = method;

        Assert.Equal(InstanceEventKind.created, Parsing.Event(entry).Kind);
    }

    [Theory]
    [InlineData("v1.compute.instances.setLabels")]
    [InlineData("v1.compute.instances.setMachineType")]
    [InlineData("v1.compute.instances.stop")]
    [InlineData("v1.compute.instances.start")]
    [InlineData("v1.compute.instances.suspend")]
    [InlineData("v1.compute.instances.reset")]
    [InlineData("v1.compute.disks.insert")]
    [InlineData("v1.compute.instances.inserted")]
    [InlineData("v1.compute.instances.Insert")]
    [InlineData("v1.compute.instances.")]
    [InlineData("v1.compute.instances.preempted")]
    [InlineData(".compute.instances.insert")]
    [InlineData("a.b.compute.instances.insert")]
    [InlineData("xcompute.instances.insert")]
    [InlineData("xcompute.instances.preempted")]
    [InlineData("compute.instances.localSsd")]
    [InlineData("compute.instances.localSsdRecoveryError")]
    [InlineData("v1.compute.instances.deferredDelete")]
    [InlineData("preempted")]
    [InlineData("v1.compute.instances.xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    public void Method_OutsideTheTable_IsUnknown(string method)
    {
        var entry = Sample.Json(Parsing.InsertFirst);
        entry["protoPayload"]!["methodName"] = method;

        Assert.Equal(Outcome.unknown_method, Parsing.Ignored(entry));
    }

    [Fact]
    public void NotifyInstanceLocation_WithoutResourceOrOperation_IsUnknown() =>
        Assert.Equal(
            Outcome.unknown_method,
            Parsing.Ignored("""{"protoPayload":{"methodName":"NotifyInstanceLocation","serviceName":"compute.googleapis.com"}}"""));

    [Fact]
    public void BulkInsert_PerInstanceWithAnError_IsAFailedCreation()
    {
        var entry = Sample.Json(Parsing.BulkInstance);
        entry["severity"] = "ERROR";

        Assert.Equal(InstanceEventKind.create_failed, Parsing.Event(entry).Kind);
    }

    [Theory]
    [InlineData("first")]
    [InlineData("last")]
    [InlineData("first,last")]
    [InlineData("")]
    public void Delete_InWhicheverEntry_IsADeletionUnlessItFailed(string flags)
    {
        var entry = Sample.Json(Parsing.DeleteFirst);
        Operations.SetFlags(entry, flags);
        Assert.Equal(InstanceEventKind.deleted, Parsing.Event(entry).Kind);

        entry["severity"] = "ERROR";
        Assert.Equal(Outcome.not_a_loss, Parsing.Ignored(entry));
    }

    [Fact]
    public void Delete_WithoutOperation_IsADeletion()
    {
        var entry = Sample.Json(Parsing.DeleteFirst);
        entry.Remove("operation");

        Assert.Equal(InstanceEventKind.deleted, Parsing.Event(entry).Kind);
    }
}
