output "facets" {
  description = "Facets to be made by hand in the log explorer, once: neither Datadog's API nor its provider makes any."
  value       = ["@usr.id", "version", "trace_id"]
}

output "dashboard_url" {
  description = "Path of the dashboard, below the address of the Datadog site."
  value       = datadog_dashboard.deployments.url
}
