variable "project" {
  description = "Id of the project that holds topics, subscriptions and the service account, and whose instances are watched."
  type        = string
}

variable "service_account_id" {
  description = "Account id of the service account that the exporter runs as; unique in the project."
  type        = string
  default     = "spot-interruption-exporter"
}

variable "exporter_service_account" {
  description = "Email of the service account of an exporter that runs already, which watches this project too: it gets the rights, and none is made."
  type        = string
  default     = null
}

variable "kubernetes_service_account_name" {
  description = "Name of the Kubernetes service account that may act as that service account (workload identity)."
  type        = string
  default     = "spot-interruption-exporter-sa"
}

variable "kubernetes_service_account_namespace" {
  description = "Namespace of the Kubernetes service account."
  type        = string
  default     = "spot-interruption-exporter"
}

variable "workload_identity_project" {
  description = "Project of the GKE cluster that the exporter runs in, if it is another one."
  type        = string
  default     = null
}

variable "creation_topic_name" {
  description = "Topic of instances that are made and deleted."
  type        = string
  default     = "sie-creation-topic"
}

variable "creation_subscription_name" {
  description = "Subscription to it: pubsub.instance_creation_subscription_name."
  type        = string
  default     = "sie-creation-subscription"
}

variable "creation_sink_name" {
  description = "Log sink that feeds it."
  type        = string
  default     = "sie-creation-sink"
}

variable "interruption_topic_name" {
  description = "Topic of interruptions."
  type        = string
  default     = "sie-interruption-topic"
}

variable "interruption_subscription_name" {
  description = "Subscription to it: pubsub.instance_interruption_subscription_name."
  type        = string
  default     = "sie-interruption-subscription"
}

variable "interruption_sink_name" {
  description = "Log sink that feeds it."
  type        = string
  default     = "sie-interruption-sink"
}

variable "message_retention" {
  description = "How long a subscription keeps what is not acknowledged, in seconds with an s, at most 31 days: pubsub.message_retention."
  type        = string
  default     = "604800s"
}

variable "max_delivery_attempts" {
  description = "Deliveries after which a message goes to the dead-letter topic, 5 to 100. Fewer would let an outage of the store take messages there."
  type        = number
  default     = 100

  validation {
    condition     = var.max_delivery_attempts >= 5 && var.max_delivery_attempts <= 100
    error_message = "Pub/Sub takes 5 to 100 delivery attempts."
  }
}

variable "folder" {
  description = "Number of a folder whose projects are watched by one sink, instead of the project alone."
  type        = string
  default     = null
}

variable "organization" {
  description = "Number of an organisation whose projects are watched by one sink, instead of the project alone."
  type        = string
  default     = null

  validation {
    condition     = var.organization == null || can(regex("^[0-9]+$", var.organization))
    error_message = "An organisation is given by its number."
  }
}

variable "inventory_projects" {
  description = "Projects whose instances the exporter may list (inventory and gap repair); null for the project alone, an empty list for none."
  type        = list(string)
  default     = null
}

variable "alert_after" {
  description = "Age of the oldest message that is not acknowledged at which an alert fires, in seconds; another condition of it fires on dead letters; null for no alert."
  type        = number
  default     = 900
}

variable "alert_channels" {
  description = "Notification channels of the alert, by their full names."
  type        = list(string)
  default     = []
}
