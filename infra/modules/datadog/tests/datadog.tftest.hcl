# What the module makes of its variables. Providers are mocked: nothing is asked of Datadog.
mock_provider "datadog" {}

variables {
  environment = "prod"
}

# tests/Infra.Tests reads the pipeline out of this plan, and sends the logs of four languages through it.
run "a_pipeline_is_planned" {
  command = plan
  assert {
    condition     = datadog_logs_custom_pipeline.services.is_enabled && alltrue([for it in datadog_logs_custom_pipeline.services.processor : alltrue([for inner in it.pipeline : inner.is_enabled])])
    error_message = "Datadog leaves out what is not enabled."
  }
}

run "fields_of_yours_are_remapped" {
  command = plan
  variables {
    payloads       = [""]
    user_id_fields = ["member.number"]
  }
  assert {
    condition     = [for it in datadog_logs_custom_pipeline.services.processor[0].pipeline[0].processor : it.attribute_remapper[0].sources] == [tolist(["member.number"])]
    error_message = "The fields are others than those that were asked for."
  }
}

run "monitors_tell_whom_they_should" {
  variables {
    notify = ["@slack-releases"]
  }
  assert {
    condition     = length(datadog_monitor.watch) == 4 && alltrue([for it in datadog_monitor.watch : endswith(it.message, "@slack-releases")])
    error_message = "A monitor is missing, or tells nobody."
  }
}

run "a_field_has_no_at_sign" {
  command = plan
  variables {
    user_id_fields = ["@usr.name"]
  }
  expect_failures = [var.user_id_fields]
}

run "whom_to_tell_has_one" {
  command = plan
  variables {
    notify = ["releases"]
  }
  expect_failures = [var.notify]
}
