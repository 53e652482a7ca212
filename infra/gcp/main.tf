locals {
  inventory_projects = var.inventory_projects == null ? [var.project] : var.inventory_projects
  workload_pool      = "${coalesce(var.workload_identity_project, var.project)}.svc.id.goog"
  exporter           = var.exporter_service_account == null ? one(google_service_account.spot_interruption_exporter[*].member) : "serviceAccount:${var.exporter_service_account}"
  subscriptions      = [module.creation_events.subscription_name, module.interruption_events.subscription_name]
}

module "creation_events" {
  source = "./event-forwarder"

  project               = var.project
  folder                = var.folder
  organization          = var.organization
  topic_name            = var.creation_topic_name
  subscription_name     = var.creation_subscription_name
  log_sink_name         = var.creation_sink_name
  log_sink_filter       = file("${path.module}/filters/creation.filter")
  message_retention     = var.message_retention
  max_delivery_attempts = var.max_delivery_attempts
  subscriber            = local.exporter
}

module "interruption_events" {
  source = "./event-forwarder"

  project               = var.project
  folder                = var.folder
  organization          = var.organization
  topic_name            = var.interruption_topic_name
  subscription_name     = var.interruption_subscription_name
  log_sink_name         = var.interruption_sink_name
  log_sink_filter       = file("${path.module}/filters/interruption.filter")
  message_retention     = var.message_retention
  max_delivery_attempts = var.max_delivery_attempts
  subscriber            = local.exporter
}

resource "google_service_account" "spot_interruption_exporter" {
  count = var.exporter_service_account == null ? 1 : 0

  project      = var.project
  account_id   = var.service_account_id
  display_name = "Spot interruption exporter"
}

resource "google_service_account_iam_member" "workload_identity_user" {
  count = var.exporter_service_account == null ? 1 : 0

  service_account_id = google_service_account.spot_interruption_exporter[0].name
  role               = "roles/iam.workloadIdentityUser"
  member             = "serviceAccount:${local.workload_pool}[${var.kubernetes_service_account_namespace}/${var.kubernetes_service_account_name}]"
}

resource "google_project_iam_member" "compute_viewer" {
  for_each = toset(local.inventory_projects)

  project = each.value
  role    = "roles/compute.viewer"
  member  = local.exporter
}

resource "google_monitoring_alert_policy" "oldest_unacked_message" {
  count = var.alert_after == null ? 0 : 1

  project               = var.project
  display_name          = "Spot interruption exporter: messages wait or were given up"
  combiner              = "OR"
  notification_channels = var.alert_channels

  documentation {
    content   = "Messages wait: the exporter does not take them, or cannot handle them; look at /healthz/ready and at sie_delivery_failures_total. Dead letters: events that were not counted; look at them before their subscription forgets them, after 7 days."
    mime_type = "text/markdown"
  }

  conditions {
    display_name = "The oldest message is older than ${var.alert_after} s"

    condition_threshold {
      filter = join(" AND ", [
        "resource.type = \"pubsub_subscription\"",
        "metric.type = \"pubsub.googleapis.com/subscription/oldest_unacked_message_age\"",
        "resource.labels.subscription_id = one_of(\"${join("\",\"", local.subscriptions)}\")",
      ])
      comparison      = "COMPARISON_GT"
      threshold_value = var.alert_after
      duration        = "300s"

      aggregations {
        alignment_period   = "60s"
        per_series_aligner = "ALIGN_MAX"
      }
    }
  }

  conditions {
    display_name = "There are dead letters"

    condition_threshold {
      filter = join(" AND ", [
        "resource.type = \"pubsub_subscription\"",
        "metric.type = \"pubsub.googleapis.com/subscription/num_undelivered_messages\"",
        "resource.labels.subscription_id = one_of(\"${join("\",\"", [for name in local.subscriptions : "${name}-dead-letter"])}\")",
      ])
      comparison      = "COMPARISON_GT"
      threshold_value = 0
      duration        = "0s"

      aggregations {
        alignment_period   = "60s"
        per_series_aligner = "ALIGN_MAX"
      }
    }
  }
}
