output "services" {
  description = "Resource names of what may be deployed to, as policies name their targets by project, region and service."
  value       = sort([for name, it in local.services : "projects/${var.project_id}/locations/${it.region}/services/${name}"])
}

output "runtime_service_accounts" {
  description = "Emails of the accounts that the services made here run as, by service; grant them what the services need."
  value       = { for name, it in google_service_account.runtime : name => it.email }
}
