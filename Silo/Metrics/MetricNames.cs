namespace OrleansSie.Silo.Metrics;

/// <summary>Every metric and label name this program exports. A test compares docs/metrics.md with this file.</summary>
internal static class MetricNames
{
    // Cluster-wide: the same on every silo; combine with max by (...).
    public const string InterruptionEvents = "interruption_events_total";
    public const string Interruptions = "sie_interruptions_total";
    public const string NodeLifetime = "sie_node_lifetime_seconds";
    public const string LastInterruption = "sie_last_interruption_timestamp_seconds";
    public const string Nodes = "sie_nodes";
    public const string NodeSeconds = "sie_node_seconds_total";
    public const string LostNodes = "sie_lost_nodes_ratio";
    public const string ClusterLostNodes = "sie_cluster_lost_nodes_ratio";
    public const string Storm = "sie_storm";
    public const string ClusterStorm = "sie_cluster_storm";
    public const string StormStart = "sie_storm_start_timestamp_seconds";
    public const string ClusterStormStart = "sie_cluster_storm_start_timestamp_seconds";
    public const string WithoutPlace = "sie_label_sets_without_place";
    public const string UnattributedWaiting = "sie_unattributed_waiting";
    public const string OldestUnattributed = "sie_unattributed_oldest_arrival_timestamp_seconds";
    public const string UnattributedMissing = "sie_unattributed_missing";
    public const string UnattributedGivenUp = "sie_unattributed_given_up_total";
    public const string UnattributedCountedLater = "sie_unattributed_counted_later_total";

    // Of one process: combine with sum.
    public const string Messages = "sie_messages_total";
    public const string Batches = "sie_delivery_batches_total";
    public const string DeliveryFailures = "sie_delivery_failures_total";
    public const string AbandonedMessages = "sie_messages_abandoned_total";
    public const string InterruptionDelay = "sie_interruption_delay_seconds";
    public const string MessagesInFlight = "sie_messages_in_flight";
    public const string MessageBytesInFlight = "sie_message_bytes_in_flight";
    public const string OldestUnacked = "sie_oldest_unacked_message_timestamp_seconds";
    public const string DeliveryAttempts = "sie_delivery_attempts";
    public const string LastEvent = "sie_last_event_timestamp_seconds";
    public const string PullErrors = "sie_pull_errors_total";
    public const string LastPull = "sie_last_successful_pull_timestamp_seconds";
    public const string SubscriptionAvailable = "sie_subscription_available";
    public const string CircuitOpen = "sie_pull_circuit_open";
    public const string SnapshotTime = "sie_snapshot_timestamp_seconds";
    public const string StoreRollbacks = "sie_store_rollbacks_total";
    public const string StoreAvailable = "sie_store_available";
    public const string StoreErrors = "sie_store_errors_total";
    public const string StoreDurability = "sie_store_durability_info";
    public const string InventoryEnabled = "sie_inventory_enabled";
    public const string InventoryLastSuccess = "sie_inventory_last_success_timestamp_seconds";
    public const string InventoryDuration = "sie_inventory_duration_seconds";
    public const string InventoryInstances = "sie_inventory_instances";
    public const string InventoryUnreachable = "sie_inventory_unreachable_zones";
    public const string InventoryErrors = "sie_inventory_errors_total";
    public const string RepairEnabled = "sie_repair_enabled";
    public const string RepairRuns = "sie_repair_runs_total";
    public const string RepairErrors = "sie_repair_errors_total";
    public const string RepairEvents = "sie_repair_events_total";
    public const string RepairLastRun = "sie_repair_last_run_timestamp_seconds";
    public const string RepairGap = "sie_repair_gap_seconds";
    public const string TrackedInstances = "sie_tracked_instances";
    public const string Silos = "sie_silos";
    public const string SilosOutOfReach = "sie_silos_out_of_reach";
    public const string MembershipAvailable = "sie_membership_available";
    public const string MembershipBytes = "sie_membership_table_bytes";
    public const string MembershipFailures = "sie_membership_failures_total";
    public const string Ready = "sie_ready";
    public const string BuildInfo = "sie_build_info";

    // Orleans' own, of one process.
    public const string OrleansActivations = "orleans_catalog_activations";
    public const string OrleansFailedActivations = "orleans_catalog_activation_failed_to_activate_total";
    public const string OrleansTimedOut = "orleans_app_requests_timedout_total";
    public const string OrleansExpired = "orleans_messaging_expired_total";
    public const string OrleansRejected = "orleans_messaging_rejected_total";
    public const string OrleansRerouted = "orleans_messaging_rerouted_total";
    public const string OrleansDropped = "orleans_messaging_sent_dropped_total";
    public const string OrleansFailed = "orleans_messaging_sent_failed_total";
    public const string OrleansProbesMissed = "orleans_messaging_pings_reply_missed_total";
    public const string OrleansLongTurns = "orleans_scheduler_long_running_turns_total";
    public const string OrleansHealthChecks = "orleans_watchdog_health_checks_failed_total";

    public const string ProjectIdLabel = "project_id";
    public const string LocationLabel = "location";
    public const string NodePoolLabel = "node_pool";
    public const string ZoneLabel = "zone";
    public const string MachineTypeLabel = "machine_type";
    public const string ProvisioningModelLabel = "provisioning_model";
    public const string WindowLabel = "window";
    public const string SubscriptionLabel = "subscription";
    public const string ProjectLabel = "project";
    public const string ResultLabel = "result";
    public const string OutcomeLabel = "outcome";
    public const string CauseLabel = "cause";
    public const string ReasonLabel = "reason";
    public const string OperationLabel = "operation";
    public const string GrainTypeLabel = "grain_type";
    public const string VersionLabel = "version";
    public const string CommitLabel = "commit";
    public const string ProviderLabel = "provider";
    public const string AppendFsyncLabel = "appendfsync";
}
