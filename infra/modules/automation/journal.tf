locals {
  # The store's own list, to which its tests hold every query.
  firestore = jsondecode(file("${path.module}/../../firestore.indexes.json"))
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
  for_each    = { for it in local.firestore.indexes : join("-", concat([it.collectionGroup], [for field in it.fields : field.fieldPath])) => it }
  project     = var.project_id
  database    = google_firestore_database.journal.name
  collection  = each.value.collectionGroup
  query_scope = each.value.queryScope
  dynamic "fields" {
    for_each = each.value.fields
    content {
      field_path   = fields.value.fieldPath
      order        = lookup(fields.value, "order", null)
      array_config = lookup(fields.value, "arrayConfig", null)
    }
  }
}

# What is deleted by time, and what is never looked for and so needs no index.
resource "google_firestore_field" "override" {
  for_each   = { for it in local.firestore.fieldOverrides : "${it.collectionGroup}-${it.fieldPath}" => it }
  project    = var.project_id
  database   = google_firestore_database.journal.name
  collection = each.value.collectionGroup
  field      = each.value.fieldPath
  index_config {}
  dynamic "ttl_config" {
    for_each = lookup(each.value, "ttl", false) ? [true] : []
    content {}
  }
}
