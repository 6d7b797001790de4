resource "google_cloud_run_v2_service" "function" {
  for_each            = local.functions
  project             = local.project
  location            = var.region
  name                = "cd-${each.key}"
  description         = each.value.topic == null ? "The HTTP API of CdAutomation." : "Takes the messages of topic ${each.value.topic}."
  deletion_protection = var.deletion_protection
  # The HTTP API knows its callers itself; Cloud Run's gate before it would replace the signature that it checks.
  invoker_iam_disabled = each.value.topic == null

  template {
    service_account                  = google_service_account.functions.email
    timeout                          = "600s"
    max_instance_request_concurrency = 20
    scaling {
      min_instance_count = 0
      max_instance_count = each.value.instances
    }

    containers {
      image = var.image
      ports {
        container_port = 8080
      }
      resources {
        limits            = { cpu = "1", memory = "512Mi" }
        cpu_idle          = true
        startup_cpu_boost = true
      }
      startup_probe {
        period_seconds    = 1
        failure_threshold = 30
        http_get {
          path = "/healthz"
        }
      }

      dynamic "env" {
        for_each = { for name, value in merge(local.settings, { FUNCTION_TARGET = each.value.target }) : name => value if value != null }
        content {
          name  = env.key
          value = env.value
        }
      }

      dynamic "env" {
        for_each = { for name, version in var.secrets : name => version if version != null }
        content {
          name = env.key
          value_source {
            secret_key_ref {
              secret  = google_secret_manager_secret.setting[env.key].secret_id
              version = env.value
            }
          }
        }
      }
    }
  }

  # The same as for every deployed service: which image runs is for a policy to say, or for who deploys them by hand.
  lifecycle {
    ignore_changes = [
      annotations,
      client,
      client_version,
      template[0].annotations,
      template[0].containers[0].image,
      traffic,
    ]
  }

  depends_on = [
    google_project_iam_member.journal,
    google_artifact_registry_repository_iam_member.reader,
    google_secret_manager_secret_iam_member.reader,
  ]
}

# Pub/Sub shows itself as cd-invoker; nobody else comes in.
resource "google_cloud_run_v2_service_iam_member" "invoker" {
  for_each = local.subscribers
  project  = local.project
  location = var.region
  name     = google_cloud_run_v2_service.function[each.key].name
  role     = "roles/run.invoker"
  member   = google_service_account.invoker.member
}

resource "google_secret_manager_secret" "setting" {
  for_each  = var.secrets
  project   = local.project
  secret_id = lower(replace(each.key, "_", "-"))
  replication {
    user_managed {
      replicas {
        location = var.region
      }
    }
  }
  depends_on = [google_project_service.needed]
}

resource "google_secret_manager_secret_iam_member" "reader" {
  for_each  = var.secrets
  project   = local.project
  secret_id = google_secret_manager_secret.setting[each.key].secret_id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.functions.member
}
