resource "google_pubsub_topic" "topic" {
  nam = "gcr"
}

resource "google_pubsub_subscription" "topic" {
  name  = "gcr"
  topic = google_pubsub_topic.topic.id
  push_config {
    push_endpoin = "https://x"
    oidc_token {
      service_account_email = data.google_project.this.number
    }
  }
}

data "google_project" "this" {}

