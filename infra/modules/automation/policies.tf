locals {
  # Who can change a pull request can change what its build does: only what is merged is built by an account that may publish.
  policy_builds = var.policy_git == null ? {} : {
    check   = { account = google_service_account.policy["cd-policy-checks"], dry = "true" }
    publish = { account = google_service_account.policy["cd-policies"], dry = "false" }
  }
  # Host, project and repository of the image that these builds run.
  cdctl = var.policy_git == null ? [] : split("/", var.policy_git.cdctl_image)
}

resource "google_service_account" "policy" {
  for_each = {
    cd-policies      = "CdAutomation: publishes policies"
    cd-policy-checks = "CdAutomation: checks policies of pull requests"
  }
  project      = var.project_id
  account_id   = each.key
  display_name = each.value
}

resource "google_artifact_registry_repository" "policies" {
  project       = google_project_service.needed["artifactregistry.googleapis.com"].project
  location      = var.region
  repository_id = "cd-policies"
  description   = "Policies as they are published. Its tags move, and only cd-policies may move them."
  format        = "DOCKER"
}

resource "google_artifact_registry_repository_iam_member" "policies" {
  for_each = {
    "roles/artifactregistry.writer" = google_service_account.policy["cd-policies"].member
    "roles/artifactregistry.reader" = google_service_account.functions.member
  }
  project    = var.project_id
  location   = var.region
  repository = google_artifact_registry_repository.policies.name
  role       = each.key
  member     = each.value
}

resource "google_cloudbuild_trigger" "policies" {
  for_each        = local.policy_builds
  project         = google_project_service.needed["cloudbuild.googleapis.com"].project
  name            = "cd-policies-${each.key}"
  description     = each.key == "check" ? "Reads the policies of a pull request and runs their tests." : "Publishes policies that were merged."
  filename        = "cloudbuild.yaml"
  service_account = each.value.account.id
  github {
    owner = var.policy_git.owner
    name  = var.policy_git.name
    dynamic "push" {
      for_each = each.key == "publish" ? [var.policy_git.branch] : []
      content {
        branch = "^${push.value}$"
      }
    }
    dynamic "pull_request" {
      for_each = each.key == "check" ? [var.policy_git.branch] : []
      content {
        branch = "^${pull_request.value}$"
        # What strangers send is built when somebody of ours says so.
        comment_control = "COMMENTS_ENABLED_FOR_EXTERNAL_CONTRIBUTORS_ONLY"
      }
    }
  }
  substitutions = {
    _CDCTL_IMAGE       = var.policy_git.cdctl_image
    _POLICY_REPOSITORY = local.policy_repository
    _SOURCE            = "https://github.com/${var.policy_git.owner}/${var.policy_git.name}"
    _DRY_RUN           = each.value.dry
  }
}

# A build of an account of ours writes its log itself.
resource "google_project_iam_member" "policy_logs" {
  for_each = local.policy_builds
  project  = var.project_id
  role     = "roles/logging.logWriter"
  member   = each.value.account.member
}

resource "google_artifact_registry_repository_iam_member" "cdctl" {
  for_each   = local.policy_builds
  project    = local.cdctl[1]
  location   = trimsuffix(local.cdctl[0], "-docker.pkg.dev")
  repository = local.cdctl[2]
  role       = "roles/artifactregistry.reader"
  member     = each.value.account.member
}
