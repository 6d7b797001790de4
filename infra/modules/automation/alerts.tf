locals {
  # A message that is of interest waits here for an hour, which the alert below sees, and then goes by itself.
  alerting = {
    failed         = "attributes.outcome = \"failed\""
    policy-refused = "attributes.outcome = \"policyRefused\""
  }
  undelivered = "metric.type = \"pubsub.googleapis.com/subscription/num_undelivered_messages\""
  oldest      = "metric.type = \"pubsub.googleapis.com/subscription/oldest_unacked_message_age\""
  pushed      = "metric.type = \"pubsub.googleapis.com/subscription/push_request_count\""

  alerts = {
    dead-letters = {
      name    = "Messages that kept failing are waiting", severity = "ERROR"
      filter  = local.undelivered, subscriptions = [google_pubsub_subscription.dead_letters.name]
      aligner = "ALIGN_MAX", comparison = "COMPARISON_GT", threshold = 0, for = "0s", missing = null
      do      = "`cdctl deadletters list` says what they are and why they failed; when that is mended, `cdctl deadletters replay --all` sends them again."
    }
    rollout-failed = {
      name    = "An image did not come up", severity = "ERROR"
      filter  = local.undelivered, subscriptions = [google_pubsub_subscription.alerting["failed"].name]
      aligner = "ALIGN_MAX", comparison = "COMPARISON_GT", threshold = 0, for = "0s", missing = null
      do      = "What served before still serves. `cdctl why PIPELINE` says which image it was, and what Cloud Run said of it."
    }
    policy-refused = {
      name    = "Published policies were refused", severity = "ERROR"
      filter  = local.undelivered, subscriptions = [google_pubsub_subscription.alerting["policy-refused"].name]
      aligner = "ALIGN_MAX", comparison = "COMPARISON_GT", threshold = 0, for = "0s", missing = null
      do      = "The last good policies stay in force. `cdctl policy status` says why the new ones are not."
    }
    rollout-stuck = {
      name    = "Events or rollouts do not get done", severity = "CRITICAL"
      filter  = local.oldest, subscriptions = [for name in ["on-image-pushed", "on-build-finished"] : google_pubsub_subscription.push[name].name]
      aligner = "ALIGN_MAX", comparison = "COMPARISON_GT", threshold = 900, for = "60s", missing = null
      do      = "A message is not acknowledged for 15 minutes. The logs of the functions say why they answer 5xx; `GET /readyz` names the part that is down."
    }
    ticks-stopped = {
      name    = "No tick is acknowledged any more", severity = "CRITICAL"
      filter  = "${local.pushed} AND metric.labels.response_class = \"ack\"", subscriptions = [google_pubsub_subscription.push["on-tick"].name]
      aligner = "ALIGN_DELTA", comparison = "COMPARISON_LT", threshold = 1, for = "600s", missing = "EVALUATION_MISSING_DATA_ACTIVE"
      do      = "Waits do not end and lost events are not found. Look at the job cd-tick of Cloud Scheduler, then at the logs of cd-on-tick."
    }
  }
}

resource "google_pubsub_subscription" "alerting" {
  for_each                   = local.alerting
  project                    = local.project
  name                       = "cd-alert-${each.key}"
  topic                      = google_pubsub_topic.named["deployments"].id
  filter                     = each.value
  message_retention_duration = "3600s"
  expiration_policy {
    ttl = ""
  }
}

resource "google_monitoring_alert_policy" "alert" {
  for_each              = local.alerts
  project               = google_project_service.needed["monitoring.googleapis.com"].project
  display_name          = "CdAutomation: ${each.value.name}"
  combiner              = "OR"
  severity              = each.value.severity
  notification_channels = var.notification_channels

  conditions {
    display_name = each.value.name
    condition_threshold {
      filter = join(" AND ", [
        "resource.type = \"pubsub_subscription\"",
        each.value.filter,
        "resource.labels.subscription_id = one_of(\"${join("\", \"", each.value.subscriptions)}\")",
      ])
      comparison              = each.value.comparison
      threshold_value         = each.value.threshold
      duration                = each.value.for
      evaluation_missing_data = each.value.missing
      aggregations {
        alignment_period   = each.value.aligner == "ALIGN_DELTA" ? "300s" : "60s"
        per_series_aligner = each.value.aligner
      }
    }
  }

  documentation {
    mime_type = "text/markdown"
    content   = each.value.do
  }
}
