# What the module makes of its variables. Providers are mocked: nothing is asked of Google.
mock_provider "google" {
  mock_data "google_project" {
    defaults = { number = "123456789012" }
  }
  mock_resource "google_pubsub_topic" {
    defaults = { id = "projects/acme-cd/topics/any" }
  }
  mock_resource "google_service_account" {
    defaults = { id = "projects/acme-cd/serviceAccounts/some@acme-cd.iam.gserviceaccount.com" }
  }
  mock_resource "google_cloud_run_v2_service" {
    defaults = { uri = "https://cd-any-123456789012.asia-northeast1.run.app" }
  }
}

variables {
  project_id         = "acme-cd"
  region             = "asia-northeast1"
  image              = "asia-northeast1-docker.pkg.dev/acme-cd/cdautomation/functions@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  image_repositories = [{ location = "asia-northeast1", name = "app" }]
}

run "events_reach_their_functions" {
  assert {
    condition = { for name, it in google_pubsub_topic.named : name => it.project } == {
      gcr = "acme-cd", cloud-builds = "acme-cd", cd-ticks = "acme-cd", cd-dead-letters = "acme-cd", deployments = "acme-cd"
    }
    error_message = "The topics are not those that Google and the functions know."
  }
  assert {
    condition     = google_pubsub_topic_iam_member.publisher["gcr"].member == "serviceAccount:service-123456789012@gcp-sa-artifactregistry.iam.gserviceaccount.com"
    error_message = "Artifact Registry may not publish to gcr."
  }
  assert {
    condition     = google_pubsub_topic_iam_member.publisher["cloud-builds"].member == "serviceAccount:service-123456789012@gcp-sa-cloudbuild.iam.gserviceaccount.com"
    error_message = "Cloud Build may not publish to cloud-builds."
  }
  assert {
    condition     = toset([for it in google_pubsub_subscription.push : it.name]) == toset(["gcr-push", "cloud-builds-push", "cd-ticks-push"])
    error_message = "A subscription's name must begin with its topic's."
  }
  assert {
    condition = alltrue([for it in google_pubsub_subscription.push : alltrue([
      it.push_config[0].push_endpoint == "https://cd-any-123456789012.asia-northeast1.run.app/projects/acme-cd/topics/any",
      it.push_config[0].oidc_token[0].audience == "https://cd-any-123456789012.asia-northeast1.run.app",
      it.push_config[0].oidc_token[0].service_account_email == google_service_account.invoker.email,
      it.retry_policy[0].minimum_backoff == "10s" && it.retry_policy[0].maximum_backoff == "600s",
      it.ack_deadline_seconds == 600,
    ])])
    error_message = "A push lacks its topic's path, its identity, or its retries."
  }
  assert {
    condition     = { for name, it in google_pubsub_subscription.push : name => [for policy in it.dead_letter_policy : policy.max_delivery_attempts] } == { on-image-pushed = [20], on-build-finished = [20], on-tick = [] }
    error_message = "Events go to the dead letters after 20 attempts, and ticks never."
  }
  assert {
    condition = alltrue([for it in concat(values(google_pubsub_subscription.push), values(google_pubsub_subscription.alerting), [google_pubsub_subscription.dead_letters]) :
    it.expiration_policy[0].ttl == ""])
    error_message = "A subscription expires."
  }
  assert {
    condition     = google_pubsub_topic_iam_member.publisher["cd-dead-letters"].member == "serviceAccount:service-123456789012@gcp-sa-pubsub.iam.gserviceaccount.com" && toset(keys(google_pubsub_subscription_iam_member.dead_lettering)) == toset(["on-image-pushed", "on-build-finished"])
    error_message = "Pub/Sub may not move dead letters."
  }
}

run "every_function_runs_by_the_same_image_and_knows_its_settings" {
  assert {
    condition = { for name, it in google_cloud_run_v2_service.function : it.name => [for env in it.template[0].containers[0].env : env.value if env.name == "FUNCTION_TARGET"][0] } == {
      cd-on-image-pushed   = "CdAutomation.Triggers.OnImagePushed"
      cd-on-build-finished = "CdAutomation.Triggers.OnBuildFinished"
      cd-on-tick           = "CdAutomation.Triggers.OnTick"
      cd-on-request        = "CdAutomation.Triggers.OnRequest"
    }
    error_message = "A function is missing or runs another class."
  }
  assert {
    condition     = alltrue([for it in google_cloud_run_v2_service.function : it.template[0].containers[0].image == var.image && it.template[0].scaling[0].min_instance_count == 0])
    error_message = "A function runs another image, or costs something while it sleeps."
  }
  assert {
    condition     = [for name, it in google_cloud_run_v2_service.function : name if it.invoker_iam_disabled] == ["on-request"] && !contains(keys(google_cloud_run_v2_service_iam_member.invoker), "on-request")
    error_message = "Only the HTTP API knows its callers itself."
  }
  assert {
    condition     = alltrue([for it in google_cloud_run_v2_service_iam_member.invoker : it.member == google_service_account.invoker.member && it.role == "roles/run.invoker"])
    error_message = "Somebody other than Pub/Sub may bring events."
  }
  assert {
    condition = { for it in google_cloud_run_v2_service.function["on-request"].template[0].containers[0].env : it.name => it.value if contains(["CDAUTOMATION_STORE", "CDAUTOMATION_AUDIENCE", "CDAUTOMATION_FIRESTORE_RETENTION", "CDAUTOMATION_POLICY_KEY"], it.name) } == {
      CDAUTOMATION_STORE               = "firestore"
      CDAUTOMATION_AUDIENCE            = "https://cd-on-request-123456789012.asia-northeast1.run.app"
      CDAUTOMATION_FIRESTORE_RETENTION = "365d"
    }
    error_message = "The settings are others, or one without a value is set."
  }
}

run "nobody_may_more_than_they_must" {
  assert {
    condition     = toset([for it in concat([google_project_iam_member.journal], google_project_iam_member.artifact_analysis) : it.role]) == toset(["roles/datastore.user"])
    error_message = "The functions have a role on the project that they do not need."
  }
  assert {
    condition     = strcontains(google_project_iam_member.journal.condition[0].expression, google_firestore_database.journal.id)
    error_message = "The functions may write to every database of the project."
  }
  assert {
    condition     = [for it in google_artifact_registry_repository_iam_member.policies : it.member if it.role != "roles/artifactregistry.reader"] == [google_service_account.policy["cd-policies"].member]
    error_message = "Somebody other than the policies' build may publish policies."
  }
  assert {
    condition     = length(google_service_account_iam_member.operator) == 0
    error_message = "Nobody was named, and somebody may ask."
  }
}

run "another_project_may_have_the_images" {
  variables {
    source_project_id = "acme-images"
  }
  assert {
    condition     = { for name, it in google_pubsub_topic.named : it.project => name... } == { acme-images = ["cloud-builds", "gcr"], acme-cd = ["cd-dead-letters", "cd-ticks", "deployments"] }
    error_message = "Topics of images and builds stand where the images are, all others where the functions are."
  }
  assert {
    condition     = google_artifact_registry_repository_iam_member.reader["asia-northeast1/app"].project == "acme-images" && google_pubsub_subscription.push["on-image-pushed"].project == "acme-cd"
    error_message = "The subscription or the right to read stands in the wrong project."
  }
}

run "a_secret_is_given_when_it_has_a_version" {
  variables {
    secrets = { CDAUTOMATION_LOCAL_TOKEN = null, CDAUTOMATION_POLICY_KEY = "3" }
  }
  assert {
    condition     = toset([for it in google_secret_manager_secret.setting : it.secret_id]) == toset(["cdautomation-local-token", "cdautomation-policy-key"])
    error_message = "A secret is not there to be given its first version."
  }
  assert {
    condition     = [for it in google_cloud_run_v2_service.function["on-tick"].template[0].containers[0].env : it.value_source[0].secret_key_ref[0].version if length(it.value_source) > 0] == ["3"]
    error_message = "A function would wait for a version that does not exist."
  }
}

run "datadog_is_told_with_a_key_that_is_a_secret" {
  variables {
    datadog_site = "datadoghq.eu"
    secrets      = { CDAUTOMATION_DATADOG_API_KEY = "1" }
  }
  assert {
    condition     = alltrue([for it in google_cloud_run_v2_service.function : [for env in it.template[0].containers[0].env : env.value if env.name == "CDAUTOMATION_DATADOG_SITE"] == ["datadoghq.eu"]])
    error_message = "A function does not know where to."
  }
  assert {
    condition     = alltrue([for it in google_cloud_run_v2_service.function : [for env in it.template[0].containers[0].env : env.value_source[0].secret_key_ref[0].secret if env.name == "CDAUTOMATION_DATADOG_API_KEY"] == ["cdautomation-datadog-api-key"]])
    error_message = "The key is not read from its secret."
  }
}

run "another_host_is_no_site_of_datadog" {
  command = plan
  variables {
    datadog_site = "datadoghq.com.example"
    secrets      = { CDAUTOMATION_DATADOG_API_KEY = "1" }
  }
  expect_failures = [var.datadog_site]
}

run "a_site_without_a_key_would_not_start" {
  command = plan
  variables {
    datadog_site = "datadoghq.eu"
    secrets      = { CDAUTOMATION_DATADOG_API_KEY = null }
  }
  expect_failures = [var.datadog_site]
}

run "only_what_is_merged_is_published" {
  variables {
    policy_git = { owner = "acme", name = "policies", cdctl_image = "asia-northeast1-docker.pkg.dev/acme-cd/app/cdctl:stable" }
  }
  assert {
    condition     = { for name, it in google_cloudbuild_trigger.policies : it.substitutions["_DRY_RUN"] => [for github in it.github : length(github.push)] } == { true = [0], false = [1] }
    error_message = "A pull request would publish, or a merge would not."
  }
  assert {
    condition     = google_cloudbuild_trigger.policies["check"].github[0].pull_request[0].branch == "^main$" && google_cloudbuild_trigger.policies["publish"].github[0].push[0].branch == "^main$"
    error_message = "Another branch is built."
  }
  assert {
    condition     = length([for it in google_artifact_registry_repository_iam_member.policies : it if it.role == "roles/artifactregistry.writer"]) == 1 && google_artifact_registry_repository_iam_member.cdctl["check"].repository == "app" && google_artifact_registry_repository_iam_member.cdctl["check"].location == "asia-northeast1"
    error_message = "The builds cannot run, or may more than that."
  }
}

run "the_journal_has_the_indexes_that_its_queries_need" {
  assert {
    condition     = toset(keys(google_firestore_index.query)) == toset(["decisions-pipeline-number", "decisions-pipeline-marks-number"]) && google_firestore_index.query["decisions-pipeline-marks-number"].fields[1].array_config == "CONTAINS"
    error_message = "The composite indexes are others."
  }
  assert {
    condition     = toset([for it in google_firestore_field.override : it.collection if length(it.ttl_config) > 0 && it.field == "expireAt"]) == toset(["decisions", "events", "failures", "policyNews", "policyRefusals"])
    error_message = "Something old is never deleted, or something that must stay is."
  }
}

run "alerts_watch_what_is_there" {
  assert {
    condition     = toset(keys(google_monitoring_alert_policy.alert)) == toset(["dead-letters", "rollout-failed", "policy-refused", "rollout-stuck", "ticks-stopped"])
    error_message = "An alert is missing."
  }
  assert {
    condition     = google_pubsub_subscription.alerting["failed"].filter == "attributes.outcome = \"failed\""
    error_message = "The alert of failed rollouts sees other messages."
  }
}

run "a_tag_is_no_image" {
  command = plan
  variables {
    image = "asia-northeast1-docker.pkg.dev/acme-cd/cdautomation/functions:latest"
  }
  expect_failures = [var.image]
}

run "everybody_is_no_operator" {
  command = plan
  variables {
    operators = ["allUsers"]
  }
  expect_failures = [var.operators]
}

run "a_zone_is_no_region" {
  command = plan
  variables {
    region = "asia-northeast1-b"
  }
  expect_failures = [var.region]
}

run "functions_that_deploy_themselves_are_watched" {
  variables {
    self_deploy = { watchdog_image = "asia-northeast1-docker.pkg.dev/acme-cd/app/cdctl@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef" }
  }
  assert {
    condition = google_cloud_run_v2_job.watchdog["cd-watchdog"].template[0].template[0].containers[0].args == tolist([
      "watchdog", "--project", "acme-cd", "--region", "asia-northeast1", "--tick", "cd-on-tick",
      "--ready", "cd-on-build-finished", "--ready", "cd-on-image-pushed", "--ready", "cd-on-request",
    ])
    error_message = "The watchdog does not watch over all functions, and on-tick by a tick."
  }
  assert {
    condition     = google_cloud_run_v2_job.watchdog["cd-watchdog"].template[0].template[0].max_retries == 0
    error_message = "A look that failed is tried again at once, which says the same twice."
  }
  assert {
    condition     = toset([for it in google_cloud_run_v2_service_iam_member.self_deployer : it.name]) == toset(["cd-on-image-pushed", "cd-on-build-finished", "cd-on-tick", "cd-on-request"])
    error_message = "Somebody may not deploy, or put back, one of the functions."
  }
  assert {
    condition     = length(google_cloud_run_v2_service_iam_member.self_invoker) == 8
    error_message = "Somebody may not ask one of the functions whether it works."
  }
}

run "functions_that_are_deployed_otherwise_have_no_right_on_themselves" {
  assert {
    condition     = length(google_cloud_run_v2_service_iam_member.self_deployer) + length(google_cloud_run_v2_job.watchdog) + length(google_service_account.watchdog) == 0
    error_message = "Without self_deploy nobody deploys the functions."
  }
}

run "the_watchdog_is_named_by_its_digest" {
  command = plan
  variables {
    self_deploy = { watchdog_image = "asia-northeast1-docker.pkg.dev/acme-cd/app/cdctl:stable" }
  }
  expect_failures = [var.self_deploy]
}
