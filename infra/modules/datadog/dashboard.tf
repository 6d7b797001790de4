locals {
  series = {
    "Requests by revision"      = { type = "bars", q = "sum:gcp.run.request_count{$service} by {revision_name}.as_count()" }
    "Answers 5xx by revision"   = { type = "bars", q = "sum:gcp.run.request_count{$service,response_code_class:5xx} by {revision_name}.as_count()" }
    "Error logs by version"     = { type = "bars", q = "sum:cdautomation.log.errors{$log_service} by {version}.as_count()" }
    "Oldest event not done (s)" = { type = "line", q = "max:gcp.pubsub.subscription.oldest_unacked_message_age{subscription_id:*-push} by {subscription_id}" }
    "Dead letters"              = { type = "line", q = "max:gcp.pubsub.subscription.num_undelivered_messages{subscription_id:cd-dead-letters}" }
    "Ticks that were taken"     = { type = "bars", q = "sum:gcp.pubsub.subscription.push_request_count{subscription_id:cd-ticks-push,response_class:ack}.as_count()" }
  }
}

resource "datadog_dashboard" "deployments" {
  title       = "CdAutomation: deployments and who meets them"
  description = "What each version does, whether events get through, and every log of one user in all languages."
  layout_type = "ordered"
  tags        = ["team:cdautomation"]

  template_variable {
    name     = "service"
    prefix   = "service_name"
    defaults = ["*"]
  }
  template_variable {
    name     = "log_service"
    prefix   = "service"
    defaults = ["*"]
  }
  template_variable {
    name     = "user"
    prefix   = "@usr.id"
    defaults = ["*"]
  }

  dynamic "widget" {
    for_each = local.series
    content {
      timeseries_definition {
        title = widget.key
        request {
          q            = widget.value.q
          display_type = widget.value.type
        }
      }
    }
  }

  widget {
    log_stream_definition {
      title               = "Every log of one user"
      query               = "$user $log_service"
      columns             = ["service", "version", "@usr.id", "trace_id"]
      show_date_column    = true
      show_message_column = true
      message_display     = "inline"
      sort {
        column = "time"
        order  = "desc"
      }
    }
  }
}
