locals {
  # Collections and fields of functions/Storage/Firestore. What may grow old has expireAt; states and policies in force have not.
  expiring = toset(["events", "decisions", "failures", "policyRefusals", "policyNews"])
  indexes = {
    decisions_of_pipeline = [
      { field_path = "pipeline", order = "ASCENDING", array_config = null },
      { field_path = "number", order = "DESCENDING", array_config = null },
    ]
    decisions_of_image = [
      { field_path = "pipeline", order = "ASCENDING", array_config = null },
      { field_path = "marks", order = null, array_config = "CONTAINS" },
      { field_path = "number", order = "DESCENDING", array_config = null },
    ]
  }
}

resource "google_firestore_database" "journal" {
  project                           = google_project_service.needed["firestore.googleapis.com"].project
  name                              = "cdautomation"
  location_id                       = var.region
  type                              = "FIRESTORE_NATIVE"
  delete_protection_state           = var.deletion_protection ? "DELETE_PROTECTION_ENABLED" : "DELETE_PROTECTION_DISABLED"
  deletion_policy                   = var.deletion_protection ? "ABANDON" : "DELETE"
  point_in_time_recovery_enablement = "POINT_IN_TIME_RECOVERY_DISABLED"
}

resource "google_firestore_index" "query" {
  for_each   = local.indexes
  project    = var.project_id
  database   = google_firestore_database.journal.name
  collection = "decisions"
  dynamic "fields" {
    for_each = each.value
    content {
      field_path   = fields.value.field_path
      order        = fields.value.order
      array_config = fields.value.array_config
    }
  }
}

resource "google_firestore_field" "expiry" {
  for_each   = local.expiring
  project    = var.project_id
  database   = google_firestore_database.journal.name
  collection = each.value
  field      = "expireAt"
  ttl_config {}
  # Nothing is looked for by it.
  index_config {}
}
