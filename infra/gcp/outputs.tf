output "service_account_email" {
  description = "What the Kubernetes service account is annotated with: iam.gke.io/gcp-service-account."
  value       = var.exporter_service_account == null ? one(google_service_account.spot_interruption_exporter[*].email) : var.exporter_service_account
}

output "creation_subscription" {
  description = "Full name of the subscription with creations."
  value       = module.creation_events.subscription_id
}

output "interruption_subscription" {
  description = "Full name of the subscription with interruptions."
  value       = module.interruption_events.subscription_id
}

output "configuration" {
  description = "The exporter's configuration file for what was made here."
  value = yamlencode({
    project_name = var.project
    pubsub = {
      instance_creation_subscription_name     = module.creation_events.subscription_id
      instance_interruption_subscription_name = module.interruption_events.subscription_id
      message_retention                       = var.message_retention
    }
  })
}
