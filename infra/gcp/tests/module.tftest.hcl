# terraform test: plans and applies the module against a provider that makes nothing. Terraform 1.7 or later, no credentials.

# Where the real provider looks at the form of a value that another resource computes, the mock gives one of that form.
mock_provider "google" {
  mock_resource "google_service_account" {
    defaults = {
      name   = "projects/example-project/serviceAccounts/exporter@example-project.iam.gserviceaccount.com"
      email  = "exporter@example-project.iam.gserviceaccount.com"
      member = "serviceAccount:exporter@example-project.iam.gserviceaccount.com"
    }
  }

  mock_resource "google_logging_project_sink" {
    defaults = {
      writer_identity = "serviceAccount:project-sink@gcp-sa-logging.iam.gserviceaccount.com"
    }
  }

  mock_resource "google_logging_folder_sink" {
    defaults = {
      writer_identity = "serviceAccount:folder-sink@gcp-sa-logging.iam.gserviceaccount.com"
    }
  }

  mock_resource "google_logging_organization_sink" {
    defaults = {
      writer_identity = "serviceAccount:organization-sink@gcp-sa-logging.iam.gserviceaccount.com"
    }
  }
}

variables {
  project = "example-project"
}

run "a_project_alone_is_enough" {
  assert {
    condition     = module.creation_events.subscription_name == "sie-creation-subscription" && module.interruption_events.subscription_name == "sie-interruption-subscription"
    error_message = "The subscriptions do not have the original's names."
  }

  assert {
    condition     = length(google_project_iam_member.compute_viewer) == 1 && length(google_monitoring_alert_policy.oldest_unacked_message) == 1
    error_message = "Rights to list the project's own instances, and one alert."
  }

  assert {
    condition     = strcontains(google_monitoring_alert_policy.oldest_unacked_message[0].conditions[1].condition_threshold[0].filter, "one_of(\"sie-creation-subscription-dead-letter\",\"sie-interruption-subscription-dead-letter\")")
    error_message = "Dead letters alert nobody."
  }

  assert {
    condition     = google_service_account_iam_member.workload_identity_user[0].member == "serviceAccount:example-project.svc.id.goog[spot-interruption-exporter/spot-interruption-exporter-sa]"
    error_message = "Another Kubernetes service account may act as the exporter."
  }

  assert {
    condition     = yamldecode(output.configuration).project_name == "example-project"
    error_message = "The configuration is not YAML with the project's name."
  }
}

run "an_organisation_and_chosen_projects" {
  variables {
    organization       = "123456789012"
    inventory_projects = ["first-project", "second-project"]
    alert_after        = null
  }

  assert {
    condition     = toset(keys(google_project_iam_member.compute_viewer)) == toset(["first-project", "second-project"])
    error_message = "Other projects may be listed than those named."
  }

  assert {
    condition     = length(google_monitoring_alert_policy.oldest_unacked_message) == 0
    error_message = "An alert although none is wanted."
  }
}

run "a_second_project_of_one_exporter" {
  command = plan

  variables {
    project                  = "example-two"
    exporter_service_account = "exporter@example-project.iam.gserviceaccount.com"
  }

  assert {
    condition     = length(google_service_account.spot_interruption_exporter) == 0 && google_project_iam_member.compute_viewer["example-two"].member == "serviceAccount:exporter@example-project.iam.gserviceaccount.com"
    error_message = "The rights go to another account than the exporter's."
  }

  assert {
    condition     = output.service_account_email == "exporter@example-project.iam.gserviceaccount.com"
    error_message = "The output names another account than the exporter's."
  }
}

run "a_folder" {
  command = plan

  variables {
    folder             = "123456789012"
    inventory_projects = []
  }

  assert {
    condition     = length(google_project_iam_member.compute_viewer) == 0
    error_message = "Rights to list instances although none are wanted."
  }
}

run "too_few_attempts_are_refused" {
  command = plan

  variables {
    max_delivery_attempts = 4
  }

  expect_failures = [var.max_delivery_attempts]
}
