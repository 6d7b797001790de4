output "api_url" {
  description = "Address of the HTTP API, and the audience of the identity tokens that it takes; CDAUTOMATION_URL of cdctl."
  value       = local.api_url
}

output "functions_service_account" {
  description = "Email of the account that deploys; modules/target grants it what it needs on each service."
  value       = google_service_account.functions.email
}

output "operator_service_account" {
  description = "Email of the account that people ask the HTTP API as."
  value       = google_service_account.operator.email
}

output "policies_service_account" {
  description = "Email of the account that the policies' build runs as."
  value       = google_service_account.policy["cd-policies"].email
}

output "policy_repository" {
  description = "Where policies are published: _POLICY_REPOSITORY of infra/policies/cloudbuild.yaml."
  value       = local.policy_repository
}

output "deployments_topic" {
  description = "Where outcomes are told, for subscriptions of yours."
  value       = google_pubsub_topic.named["deployments"].id
}

output "functions" {
  description = "Names of the functions' Cloud Run services."
  value       = sort([for it in google_cloud_run_v2_service.function : it.name])
}
