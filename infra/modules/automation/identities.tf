# The functions. What they may do to a service stands beside that service, in modules/target.
resource "google_service_account" "functions" {
  project      = var.project_id
  account_id   = "cd-functions"
  display_name = "CdAutomation: decides and deploys"
}

# Whom Pub/Sub shows itself as.
resource "google_service_account" "invoker" {
  project      = var.project_id
  account_id   = "cd-invoker"
  display_name = "CdAutomation: brings events to the functions"
}

# Whom people ask the HTTP API as.
resource "google_service_account" "operator" {
  project      = var.project_id
  account_id   = "cd-operator"
  display_name = "CdAutomation: asks and orders through the HTTP API"
}

# The only one that publishes policies: whoever may push there decides what is deployed.
resource "google_service_account" "policies" {
  project      = var.project_id
  account_id   = "cd-policies"
  display_name = "CdAutomation: publishes policies"
}

resource "google_service_account_iam_member" "operator" {
  for_each           = var.operators
  service_account_id = google_service_account.operator.name
  role               = "roles/iam.serviceAccountOpenIdTokenCreator"
  member             = each.value
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
    "roles/artifactregistry.writer" = google_service_account.policies.member
    "roles/artifactregistry.reader" = google_service_account.functions.member
  }
  project    = var.project_id
  location   = var.region
  repository = google_artifact_registry_repository.policies.name
  role       = each.key
  member     = each.value
}

resource "google_artifact_registry_repository_iam_member" "reader" {
  for_each   = { for it in var.image_repositories : "${it.location}/${it.name}" => it }
  project    = local.source
  location   = each.value.location
  repository = each.value.name
  role       = "roles/artifactregistry.reader"
  member     = google_service_account.functions.member
}

# Of all databases of the project only the journal.
resource "google_project_iam_member" "journal" {
  project = var.project_id
  role    = "roles/datastore.user"
  member  = google_service_account.functions.member
  condition {
    title      = "cdautomation-journal"
    expression = "resource.name == \"${google_firestore_database.journal.id}\""
  }
}

resource "google_project_iam_member" "artifact_analysis" {
  count   = var.read_artifact_analysis ? 1 : 0
  project = local.source
  role    = "roles/containeranalysis.occurrences.viewer"
  member  = google_service_account.functions.member
}
