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

resource "google_service_account_iam_member" "operator" {
  for_each           = var.operators
  service_account_id = google_service_account.operator.name
  role               = "roles/iam.serviceAccountOpenIdTokenCreator"
  member             = each.value
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
