locals {
  told = join(" ", var.notify)
  monitors = {
    errors-of-a-version = {
      name      = "A version of {{service.name}} logs errors: {{version.name}}"
      query     = "sum(last_10m):sum:cdautomation.log.errors{*} by {service,version}.as_count() > ${var.errors_of_a_version}"
      threshold = var.errors_of_a_version
      message   = "`cdctl why PIPELINE` says when the version was deployed, and by which policy; an older one is deployed by `cdctl deploy`."
      missing   = "default"
    }
    dead-letters = {
      name      = "Messages that kept failing are waiting"
      query     = "min(last_5m):max:gcp.pubsub.subscription.num_undelivered_messages{subscription_id:cd-dead-letters} > 0"
      threshold = 0
      message   = "`cdctl deadletters list` says what they are and why they failed."
      missing   = "default"
    }
    rollout-failed = {
      name      = "An image did not come up"
      query     = "max(last_5m):max:gcp.pubsub.subscription.num_undelivered_messages{subscription_id:cd-alert-failed} > 0"
      threshold = 0
      message   = "What served before still serves. `cdctl why PIPELINE` says which image it was, and what Cloud Run said of it."
      missing   = "default"
    }
    ticks-stopped = {
      name      = "No tick is acknowledged any more"
      query     = "sum(last_15m):sum:gcp.pubsub.subscription.push_request_count{subscription_id:cd-ticks-push,response_class:ack}.as_count() < 1"
      threshold = 1
      message   = "Waits do not end and lost events are not found. Look at the job cd-tick of Cloud Scheduler, then at the logs of cd-on-tick."
      missing   = "show_and_notify_no_data"
    }
  }
}

resource "datadog_monitor" "watch" {
  for_each        = local.monitors
  name            = "CdAutomation: ${each.value.name}"
  type            = "query alert"
  query           = each.value.query
  message         = trimspace("${each.value.message} ${local.told}")
  on_missing_data = each.value.missing
  # Metrics of Google Cloud come minutes late.
  evaluation_delay = strcontains(each.value.query, ":gcp.") ? 300 : 60
  tags             = ["managed-by:terraform", "part-of:cdautomation", "env:${var.environment}"]
  monitor_thresholds {
    critical = each.value.threshold
  }
}
