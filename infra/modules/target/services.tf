resource "google_service_account" "runtime" {
  for_each = var.services
  project  = var.project_id
  # An account's id has 30 characters at most, a service's name 49.
  account_id   = length(each.key) <= 26 ? "run-${each.key}" : "run-${substr(each.key, 0, 18)}-${substr(sha1(each.key), 0, 7)}"
  display_name = "Runs ${each.key}"
}

resource "google_cloud_run_v2_service" "deployed" {
  for_each             = var.services
  project              = var.project_id
  location             = each.value.region
  name                 = each.key
  invoker_iam_disabled = each.value.public

  template {
    service_account = google_service_account.runtime[each.key].email
    scaling {
      max_instance_count = each.value.max
    }
    containers {
      image = each.value.first_image
      ports {
        container_port = each.value.port
      }
      resources {
        limits = each.value.limits
      }
      dynamic "env" {
        for_each = each.value.env
        content {
          name  = env.key
          value = env.value
        }
      }
    }
  }

  lifecycle {
    # Terraform sends a service whole, and what is not ignored would be put back to what stands above. These are the functions' own.
    # template[0].revision is not among them, on purpose: ignored, it would be sent again with the next change, and refused.
    ignore_changes = [
      annotations,
      client,
      client_version,
      template[0].annotations,
      template[0].containers[0].image,
      traffic,
    ]
  }
}
