resource "google_pubsub_topic" "named" {
  for_each = local.topics
  project  = each.value.project
  name     = each.key
}

resource "google_pubsub_topic_iam_member" "publisher" {
  for_each = local.topics
  project  = each.value.project
  topic    = google_pubsub_topic.named[each.key].name
  role     = "roles/pubsub.publisher"
  member   = "serviceAccount:${each.value.publisher}"
}

resource "google_pubsub_subscription" "push" {
  for_each = local.subscribers
  project  = local.project
  # The functions know a message's topic again by the beginning of this name and by the path below.
  name  = "${each.value.topic}-push"
  topic = google_pubsub_topic.named[each.value.topic].id

  # The longest there is; it bounds the request too, and a deployment is waited for within one.
  ack_deadline_seconds = 600
  # A tick is made up for by the next one.
  message_retention_duration = each.value.topic == "cd-ticks" ? "600s" : "604800s"

  push_config {
    push_endpoint = "${google_cloud_run_v2_service.function[each.key].uri}/${google_pubsub_topic.named[each.value.topic].id}"
    oidc_token {
      service_account_email = google_service_account.invoker.email
      # Cloud Run takes the service's own address, never one with a path.
      audience = google_cloud_run_v2_service.function[each.key].uri
    }
  }

  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }

  # 20 attempts take more than two hours: a store that is away for so long loses nothing.
  dynamic "dead_letter_policy" {
    for_each = each.value.topic == "cd-ticks" ? [] : [google_pubsub_topic.named["cd-dead-letters"].id]
    content {
      dead_letter_topic     = dead_letter_policy.value
      max_delivery_attempts = 20
    }
  }

  # Without it 31 quiet days would end the subscription.
  expiration_policy {
    ttl = ""
  }
}

# Without a subscription of its own a dead letter would be lost.
resource "google_pubsub_subscription" "dead_letters" {
  project                    = local.project
  name                       = "cd-dead-letters"
  topic                      = google_pubsub_topic.named["cd-dead-letters"].id
  ack_deadline_seconds       = 60
  message_retention_duration = "2678400s"
  expiration_policy {
    ttl = ""
  }
}

# Dead-lettering takes a message off the subscription it could not be delivered from.
resource "google_pubsub_subscription_iam_member" "dead_lettering" {
  for_each     = { for name, it in local.subscribers : name => it if it.topic != "cd-ticks" }
  project      = local.project
  subscription = google_pubsub_subscription.push[each.key].name
  role         = "roles/pubsub.subscriber"
  member       = "serviceAccount:${local.pubsub_agent}"
}

resource "google_cloud_scheduler_job" "tick" {
  project     = local.project
  region      = var.region
  name        = "cd-tick"
  description = "Finishes what others left, and finds what no event told of."
  schedule    = "* * * * *"
  time_zone   = "Etc/UTC"
  pubsub_target {
    topic_name = google_pubsub_topic.named["cd-ticks"].id
    attributes = { from = "cd-tick" }
  }
  depends_on = [google_project_service.needed, google_pubsub_topic_iam_member.publisher]
}
