locals {
  project = google_project_service.needed["pubsub.googleapis.com"].project
  source  = coalesce(var.source_project_id, var.project_id)
  number  = data.google_project.this.number

  # One image serves all; FUNCTION_TARGET picks. What has a topic is asked by Pub/Sub alone.
  functions = {
    on-image-pushed   = { target = "CdAutomation.Triggers.OnImagePushed", topic = "gcr", instances = 4 }
    on-build-finished = { target = "CdAutomation.Triggers.OnBuildFinished", topic = "cloud-builds", instances = 4 }
    on-tick           = { target = "CdAutomation.Triggers.OnTick", topic = "cd-ticks", instances = 1 }
    on-request        = { target = "CdAutomation.Triggers.OnRequest", topic = null, instances = 4 }
  }
  subscribers = { for name, it in local.functions : name => it if it.topic != null }

  # The first two names are Google's: Artifact Registry and Cloud Build publish to these and no others.
  topics = {
    gcr             = { project = local.source, publisher = "service-${data.google_project.source.number}@gcp-sa-artifactregistry.iam.gserviceaccount.com" }
    cloud-builds    = { project = local.source, publisher = "service-${data.google_project.source.number}@gcp-sa-cloudbuild.iam.gserviceaccount.com" }
    cd-ticks        = { project = local.project, publisher = "service-${local.number}@gcp-sa-cloudscheduler.iam.gserviceaccount.com" }
    cd-dead-letters = { project = local.project, publisher = local.pubsub_agent }
    deployments     = { project = local.project, publisher = google_service_account.functions.email }
  }
  pubsub_agent = "service-${local.number}@gcp-sa-pubsub.iam.gserviceaccount.com"

  # Known before the service is there, for its own settings name it.
  api_url           = "https://cd-on-request-${local.number}.${var.region}.run.app"
  policy_repository = "${var.region}-docker.pkg.dev/${var.project_id}/${google_artifact_registry_repository.policies.repository_id}/cd"

  # What the functions read from their environment; functions/Triggers/README.md says what each means.
  settings = {
    CDAUTOMATION_STORE               = "firestore"
    CDAUTOMATION_FIRESTORE_PROJECT   = var.project_id
    CDAUTOMATION_FIRESTORE_DATABASE  = google_firestore_database.journal.name
    CDAUTOMATION_FIRESTORE_RETENTION = "${var.journal_retention}d"
    CDAUTOMATION_DEPLOYMENTS_TOPIC   = google_pubsub_topic.named["deployments"].id
    CDAUTOMATION_POLICY_REPOSITORY   = local.policy_repository
    CDAUTOMATION_POLICY_SOURCE       = var.policy_source
    CDAUTOMATION_POLICY_KEY          = var.policy_key
    CDAUTOMATION_AUTHOR_SUBSTITUTION = var.author_substitution
    CDAUTOMATION_DATADOG_SITE        = var.datadog_site
    CDAUTOMATION_AUDIENCE            = local.api_url
    CDAUTOMATION_ACTORS              = google_service_account.operator.email
    DOTNET_RUNNING_IN_CONTAINER      = "true"
  }
}

data "google_project" "this" {
  project_id = var.project_id
}

data "google_project" "source" {
  project_id = local.source
}

resource "google_project_service" "needed" {
  for_each = toset([
    "artifactregistry.googleapis.com",
    "cloudbuild.googleapis.com",
    "cloudscheduler.googleapis.com",
    "firestore.googleapis.com",
    "iam.googleapis.com",
    "iamcredentials.googleapis.com",
    "monitoring.googleapis.com",
    "pubsub.googleapis.com",
    "run.googleapis.com",
    "secretmanager.googleapis.com",
  ])
  project = var.project_id
  service = each.value
  # Others in the project may use it too.
  disable_on_destroy = false
}
