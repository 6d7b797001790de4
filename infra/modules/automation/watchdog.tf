# Where the functions are deployed by a policy of their own (infra/policies/self): their rights on themselves, and the dead-man watch that
# puts the revision before back if a new version does not answer. The watch is another image, named here by its digest and changed by
# nobody but Terraform, so that nothing it needs was deployed by what it watches; functions/decisions/0013 says why.
locals {
  # By name, each where the functions deploy themselves.
  self     = var.self_deploy == null ? {} : google_cloud_run_v2_service.function
  watchdog = var.self_deploy == null ? {} : { cd-watchdog = var.self_deploy }
  # Who changes the functions: they themselves, and the watch.
  self_deployers = merge(
    { for name, it in local.self : "functions/${name}" => { service = it.name, member = google_service_account.functions.member } },
    { for name, it in local.self : "watchdog/${name}" => { service = it.name, member = google_service_account.watchdog["cd-watchdog"].member } },
  )
}

resource "google_service_account" "watchdog" {
  for_each     = local.watchdog
  project      = var.project_id
  account_id   = each.key
  display_name = "CdAutomation: puts functions back that do not answer"
}

resource "google_project_iam_custom_role" "self_deployer" {
  for_each    = local.watchdog
  project     = var.project_id
  role_id     = "cdautomationSelfDeployer"
  title       = "CdAutomation: deploys its own functions"
  permissions = ["run.services.get", "run.services.update", "run.revisions.get"]
}

resource "google_cloud_run_v2_service_iam_member" "self_deployer" {
  for_each = local.self_deployers
  project  = local.project
  location = var.region
  name     = each.value.service
  role     = google_project_iam_custom_role.self_deployer["cd-watchdog"].name
  member   = each.value.member
}

# To ask a new revision whether it can work, and to send a tick.
resource "google_cloud_run_v2_service_iam_member" "self_invoker" {
  for_each = local.self_deployers
  project  = local.project
  location = var.region
  name     = each.value.service
  role     = "roles/run.invoker"
  member   = each.value.member
}

resource "google_project_iam_custom_role" "self_watcher" {
  for_each    = local.watchdog
  project     = var.project_id
  role_id     = "cdautomationSelfWatcher"
  title       = "CdAutomation: waits until its functions are put back"
  permissions = ["run.operations.get"]
}

resource "google_project_iam_member" "self_watcher" {
  for_each = var.self_deploy == null ? {} : { functions = google_service_account.functions.member, watchdog = google_service_account.watchdog["cd-watchdog"].member }
  project  = var.project_id
  role     = google_project_iam_custom_role.self_watcher["cd-watchdog"].name
  member   = each.value
}

resource "google_service_account_iam_member" "self_deployer" {
  for_each           = var.self_deploy == null ? {} : { functions = google_service_account.functions.member, watchdog = google_service_account.watchdog["cd-watchdog"].member }
  service_account_id = google_service_account.functions.name
  role               = "roles/iam.serviceAccountUser"
  member             = each.value
}

resource "google_cloud_run_v2_job" "watchdog" {
  for_each            = local.watchdog
  project             = local.project
  location            = var.region
  name                = each.key
  deletion_protection = var.deletion_protection
  template {
    template {
      service_account = google_service_account.watchdog[each.key].email
      # What it finds is told by how it ends; the next look is a quarter of an hour away.
      max_retries = 0
      timeout     = "900s"
      containers {
        image = each.value.watchdog_image
        args = concat(
          ["watchdog", "--project", var.project_id, "--region", var.region, "--tick", "cd-on-tick"],
          flatten([for name, it in local.functions : ["--ready", "cd-${name}"] if name != "on-tick"]),
        )
        resources {
          limits = { cpu = "1", memory = "512Mi" }
        }
      }
    }
  }
}

resource "google_cloud_run_v2_job_iam_member" "watchdog" {
  for_each = local.watchdog
  project  = local.project
  location = var.region
  name     = google_cloud_run_v2_job.watchdog[each.key].name
  role     = "roles/run.invoker"
  member   = google_service_account.watchdog[each.key].member
}

resource "google_cloud_scheduler_job" "watchdog" {
  for_each    = local.watchdog
  project     = local.project
  region      = var.region
  name        = each.key
  description = "Puts the functions back that do not answer."
  schedule    = "*/15 * * * *"
  time_zone   = "Etc/UTC"
  http_target {
    http_method = "POST"
    uri         = "https://run.googleapis.com/v2/${google_cloud_run_v2_job.watchdog[each.key].id}:run"
    oauth_token {
      service_account_email = google_service_account.watchdog[each.key].email
    }
  }
  depends_on = [google_cloud_run_v2_job_iam_member.watchdog]
}

# A failed look is one that found functions silent, put back or not; no look for an hour means that nobody watches.
resource "google_monitoring_alert_policy" "watchdog" {
  for_each              = local.watchdog
  project               = google_project_service.needed["monitoring.googleapis.com"].project
  display_name          = "CdAutomation: the functions do not answer, or nobody watches them"
  combiner              = "OR"
  severity              = "CRITICAL"
  notification_channels = var.notification_channels
  dynamic "conditions" {
    for_each = {
      "The watchdog found functions that do not answer" = { result = "failed", comparison = "COMPARISON_GT", threshold = 0, for = "0s", period = "300s", missing = null }
      "The watchdog did not run for an hour"            = { result = "succeeded", comparison = "COMPARISON_LT", threshold = 1, for = "3600s", period = "3600s", missing = "EVALUATION_MISSING_DATA_ACTIVE" }
    }
    content {
      display_name = conditions.key
      condition_threshold {
        filter = join(" AND ", [
          "resource.type = \"cloud_run_job\"",
          "resource.labels.job_name = \"${google_cloud_run_v2_job.watchdog[each.key].name}\"",
          "metric.type = \"run.googleapis.com/job/completed_execution_count\"",
          "metric.labels.result = \"${conditions.value.result}\"",
        ])
        comparison              = conditions.value.comparison
        threshold_value         = conditions.value.threshold
        duration                = conditions.value.for
        evaluation_missing_data = conditions.value.missing
        aggregations {
          alignment_period   = conditions.value.period
          per_series_aligner = "ALIGN_DELTA"
        }
      }
    }
  }
  documentation {
    mime_type = "text/markdown"
    content   = "The log of the job cd-watchdog says which function, what was wrong, and what was put back. What was put back holds its stage: mend it, push a new version, then `cdctl resume cdautomation --stage production`."
  }
}
