output "subscription_id" {
  description = "Full name of the subscription."
  value       = google_pubsub_subscription.subscription.id
}

output "subscription_name" {
  description = "Short name of the subscription."
  value       = google_pubsub_subscription.subscription.name
}
