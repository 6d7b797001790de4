locals {
  made     = { for name, it in var.services : name => { region = it.region, account = google_service_account.runtime[name].name } }
  existing = { for name, it in var.existing_services : name => { region = it.region, account = "projects/-/serviceAccounts/${it.service_account}" } }
  services = merge(local.made, local.existing)
  deployer = "serviceAccount:${var.functions_service_account}"
}

data "google_project" "this" {
  project_id = var.project_id
}

# What the functions ask of Cloud Run, and no more: roles/run.developer could delete services and run jobs, roles/run.admin could
# give access away.
resource "google_project_iam_custom_role" "deployer" {
  project     = var.project_id
  role_id     = "cdautomationDeployer"
  title       = "CdAutomation: deploys to a service"
  permissions = ["run.services.get", "run.services.update", "run.revisions.get"]
}

# Operations do not stand below a service, so that this one is the project's.
resource "google_project_iam_custom_role" "watcher" {
  project     = var.project_id
  role_id     = "cdautomationWatcher"
  title       = "CdAutomation: waits for its deployments"
  permissions = ["run.operations.get"]
}

resource "google_project_iam_member" "watcher" {
  project = var.project_id
  role    = google_project_iam_custom_role.watcher.name
  member  = local.deployer
}

resource "google_cloud_run_v2_service_iam_member" "deployer" {
  for_each = local.services
  project  = var.project_id
  location = each.value.region
  # Known beforehand, and yet not before the service is there.
  name   = contains(keys(var.services), each.key) ? google_cloud_run_v2_service.deployed[each.key].name : each.key
  role   = google_project_iam_custom_role.deployer.name
  member = local.deployer
}

# Who writes a service must be allowed to let it run as what it runs as.
resource "google_service_account_iam_member" "deployer" {
  for_each           = local.services
  service_account_id = each.value.account
  role               = "roles/iam.serviceAccountUser"
  member             = local.deployer
}

# Cloud Run copies an image when it is deployed, as its own agent.
resource "google_artifact_registry_repository_iam_member" "agent" {
  for_each   = { for it in var.image_repositories : "${it.project}/${it.location}/${it.name}" => it if it.project != var.project_id }
  project    = each.value.project
  location   = each.value.location
  repository = each.value.name
  role       = "roles/artifactregistry.reader"
  member     = "serviceAccount:service-${data.google_project.this.number}@serverless-robot-prod.iam.gserviceaccount.com"
}
