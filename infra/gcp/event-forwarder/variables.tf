variable "project" {
  description = "Id of the project of topics and subscriptions."
  type        = string
}

variable "folder" {
  description = "Number of the folder whose projects' logs are forwarded; null for the project's."
  type        = string
}

variable "organization" {
  description = "Number of the organisation whose projects' logs are forwarded; null for the project's."
  type        = string
}

variable "topic_name" {
  description = "Topic that the sink publishes to."
  type        = string
}

variable "subscription_name" {
  description = "Subscription to the topic."
  type        = string
}

variable "log_sink_name" {
  description = "Name of the log sink."
  type        = string
}

variable "log_sink_filter" {
  description = "Which log entries are forwarded."
  type        = string
}

variable "message_retention" {
  description = "How long the subscription keeps what is not acknowledged, such as 604800s."
  type        = string
}

variable "max_delivery_attempts" {
  description = "Deliveries after which a message goes to the dead-letter topic."
  type        = number
}

variable "subscriber" {
  description = "Who pulls, as an IAM member."
  type        = string
}
