data "google_project" "project" {
  project_id = var.project
}

locals {
  # Pub/Sub itself moves messages to the dead-letter topic.
  pubsub_agent = "serviceAccount:service-${data.google_project.project.number}@gcp-sa-pubsub.iam.gserviceaccount.com"
  destination  = "pubsub.googleapis.com/${google_pubsub_topic.topic.id}"
  writer_identity = one(concat(
    google_logging_project_sink.log_sink[*].writer_identity,
    google_logging_folder_sink.log_sink[*].writer_identity,
    google_logging_organization_sink.log_sink[*].writer_identity,
  ))
}

resource "google_pubsub_topic" "topic" {
  project = var.project
  name    = var.topic_name
}

resource "google_pubsub_topic" "dead_letter" {
  project = var.project
  name    = "${var.topic_name}-dead-letter"
}

resource "google_pubsub_subscription" "subscription" {
  project = var.project
  name    = var.subscription_name
  topic   = google_pubsub_topic.topic.id

  ack_deadline_seconds       = 30
  message_retention_duration = var.message_retention
  retain_acked_messages      = false

  expiration_policy {
    ttl = ""
  }

  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.dead_letter.id
    max_delivery_attempts = var.max_delivery_attempts
  }
}

resource "google_pubsub_subscription" "dead_letter" {
  project = var.project
  name    = "${var.subscription_name}-dead-letter"
  topic   = google_pubsub_topic.dead_letter.id

  message_retention_duration = "604800s"

  expiration_policy {
    ttl = ""
  }
}

resource "google_logging_project_sink" "log_sink" {
  count = var.folder == null && var.organization == null ? 1 : 0

  project                = var.project
  name                   = var.log_sink_name
  destination            = local.destination
  filter                 = var.log_sink_filter
  unique_writer_identity = true
}

resource "google_logging_folder_sink" "log_sink" {
  count = var.folder == null ? 0 : 1

  folder           = var.folder
  name             = var.log_sink_name
  destination      = local.destination
  filter           = var.log_sink_filter
  include_children = true
}

resource "google_logging_organization_sink" "log_sink" {
  count = var.folder == null && var.organization != null ? 1 : 0

  org_id           = var.organization
  name             = var.log_sink_name
  destination      = local.destination
  filter           = var.log_sink_filter
  include_children = true
}

resource "google_pubsub_topic_iam_member" "sink_publishes" {
  project = var.project
  topic   = google_pubsub_topic.topic.name
  role    = "roles/pubsub.publisher"
  member  = local.writer_identity
}

resource "google_pubsub_topic_iam_member" "agent_publishes_dead_letters" {
  project = var.project
  topic   = google_pubsub_topic.dead_letter.name
  role    = "roles/pubsub.publisher"
  member  = local.pubsub_agent
}

resource "google_pubsub_subscription_iam_member" "agent_acknowledges_dead_letters" {
  project      = var.project
  subscription = google_pubsub_subscription.subscription.name
  role         = "roles/pubsub.subscriber"
  member       = local.pubsub_agent
}

resource "google_pubsub_subscription_iam_member" "exporter_pulls" {
  project      = var.project
  subscription = google_pubsub_subscription.subscription.name
  role         = "roles/pubsub.subscriber"
  member       = var.subscriber
}
