locals {
  query = "source:(${join(" OR ", var.sources)})"
  # The usual names of unified service tagging, as tracers inject them into logs. A revision's version is in its image: see README.md.
  tags = { env = ["dd.env", "dd_env"], version = ["dd.version", "dd_version"] }

  below = { for name, fields in { trace = var.trace_id_fields, span = var.span_id_fields, service = ["dd.service", "dd_service"] } :
    name => flatten([for payload in var.payloads : [for field in fields : "${payload}${field}"]])
  }
}

resource "datadog_logs_custom_pipeline" "services" {
  name        = "cdautomation: one user, one trace, one version"
  description = "Brings what services in several languages call differently to Datadog's standard attributes. The services stay as they are."
  is_enabled  = true
  filter {
    query = local.query
  }

  # One remapper a field, none of which takes the place of what an earlier one found: the order of the fields is what counts. Sources stay,
  # for searches that name them.
  dynamic "processor" {
    for_each = var.payloads
    content {
      pipeline {
        name       = "usr.id from ${processor.value == "" ? "the log itself" : processor.value}"
        is_enabled = true
        filter {
          query = local.query
        }
        dynamic "processor" {
          for_each = [for field in var.user_id_fields : "${processor.value}${field}"]
          iterator = field
          content {
            attribute_remapper {
              name                 = "${field.value} is usr.id"
              is_enabled           = true
              source_type          = "attribute"
              sources              = [field.value]
              target_type          = "attribute"
              target               = "usr.id"
              target_format        = "string"
              preserve_source      = true
              override_on_conflict = false
            }
          }
        }
      }
    }
  }

  # Cloud Run writes projects/PROJECT/traces/ID beside each request, which no remapper takes as it is.
  processor {
    grok_parser {
      name       = "The trace of Cloud Logging"
      is_enabled = true
      source     = "data.trace"
      samples    = ["projects/acme/traces/4bf92f3577b34da6a3ce929d0e0e4736"]
      grok {
        support_rules = ""
        match_rules   = "trace projects/%%{regex(\"[^/]+\")}/traces/%%{regex(\"[0-9a-f]{32}\"):gcp.trace_id}"
      }
    }
  }
  processor {
    trace_id_remapper {
      name       = "The log's trace"
      is_enabled = true
      sources    = concat(local.below.trace, ["gcp.trace_id"])
    }
  }
  processor {
    span_id_remapper {
      name       = "The log's span"
      is_enabled = true
      sources    = concat(local.below.span, ["data.spanId"])
    }
  }
  processor {
    service_remapper {
      name       = "The log's service"
      is_enabled = true
      sources    = concat(local.below.service, ["data.resource.labels.service_name"])
    }
  }
  dynamic "processor" {
    for_each = { for it in flatten([for tag, fields in local.tags : [for payload in var.payloads : [for field in fields : { tag = tag, field = "${payload}${field}" }]]]) : "${it.tag} from ${it.field}" => it }
    iterator = tag
    content {
      attribute_remapper {
        name                 = tag.key
        is_enabled           = true
        source_type          = "attribute"
        sources              = [tag.value.field]
        target_type          = "tag"
        target               = tag.value.tag
        preserve_source      = true
        override_on_conflict = false
      }
    }
  }
}

# Metrics are made of logs without facets, which no API makes; with them the dashboard and the monitors need none.
resource "datadog_logs_metric" "errors" {
  name = "cdautomation.log.errors"
  filter {
    query = "${local.query} env:${var.environment} status:(error OR critical OR alert OR emergency)"
  }
  compute {
    aggregation_type = "count"
  }
  dynamic "group_by" {
    for_each = ["service", "version"]
    content {
      path     = group_by.value
      tag_name = group_by.value
    }
  }
}
