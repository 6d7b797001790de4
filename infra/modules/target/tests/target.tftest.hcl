# What the module makes of its variables. Providers are mocked: nothing is asked of Google.
mock_provider "google" {
  mock_data "google_project" {
    defaults = { number = "210987654321" }
  }
}

variables {
  project_id                = "acme-shop"
  functions_service_account = "cd-functions@acme-cd.iam.gserviceaccount.com"
  services                  = { web = { region = "asia-northeast1", public = true, env = { MODE = "shop" } } }
  existing_services         = { admin = { region = "asia-northeast1", service_account = "admin@acme-shop.iam.gserviceaccount.com" } }
  image_repositories = [
    { project = "acme-images", location = "asia-northeast1", name = "app" },
    { project = "acme-shop", location = "asia-northeast1", name = "own" },
  ]
}

run "the_functions_may_deploy_and_nothing_else" {
  assert {
    condition     = google_project_iam_custom_role.deployer.permissions == toset(["run.services.get", "run.services.update", "run.revisions.get"]) && google_project_iam_custom_role.watcher.permissions == toset(["run.operations.get"])
    error_message = "The custom roles hold other permissions."
  }
  assert {
    condition     = google_project_iam_member.watcher.role == google_project_iam_custom_role.watcher.name
    error_message = "On the whole project only operations may be read."
  }
  assert {
    condition     = { for name, it in google_cloud_run_v2_service_iam_member.deployer : name => it.role == google_project_iam_custom_role.deployer.name } == { admin = true, web = true }
    error_message = "A service cannot be deployed to, or more may be done to it."
  }
  assert {
    condition = { for name, it in google_service_account_iam_member.deployer : name => it.service_account_id } == {
      web   = google_service_account.runtime["web"].name
      admin = "projects/-/serviceAccounts/admin@acme-shop.iam.gserviceaccount.com"
    }
    error_message = "The functions may act as another account than the service's own."
  }
  assert {
    condition = alltrue([for it in concat([google_project_iam_member.watcher], values(google_cloud_run_v2_service_iam_member.deployer), values(google_service_account_iam_member.deployer)) :
    it.member == "serviceAccount:cd-functions@acme-cd.iam.gserviceaccount.com"])
    error_message = "Somebody else may deploy."
  }
}

run "only_what_is_to_be_made_is_made" {
  assert {
    condition     = keys(google_cloud_run_v2_service.deployed) == ["web"] && google_cloud_run_v2_service.deployed["web"].template[0].service_account == google_service_account.runtime["web"].email
    error_message = "A service that is kept elsewhere was made, or one runs as another account."
  }
  assert {
    condition     = keys(google_artifact_registry_repository_iam_member.agent) == ["acme-images/asia-northeast1/app"]
    error_message = "Cloud Run needs a right to read images of other projects, and of no others."
  }
  assert {
    condition     = join(" ", output.services) == "projects/acme-shop/locations/asia-northeast1/services/admin projects/acme-shop/locations/asia-northeast1/services/web"
    error_message = "The services are named differently."
  }
}

# What a deployment writes is there from now on, and the plan of the same configuration leaves it alone.
run "what_a_deployment_changes_is_left_alone" {
  variables {
    services = { web = { region = "asia-northeast1", public = true, env = { MODE = "shop" }, first_image = "asia-northeast1-docker.pkg.dev/acme-images/app/web:later" } }
  }
  assert {
    condition     = google_cloud_run_v2_service.deployed["web"].template[0].containers[0].image == "us-docker.pkg.dev/cloudrun/container/hello"
    error_message = "Terraform would put an image of its own in place of what was deployed."
  }
}

run "a_person_does_not_deploy" {
  command = plan
  variables {
    functions_service_account = "somebody@example.com"
  }
  expect_failures = [var.functions_service_account]
}

run "a_service_is_kept_in_one_place" {
  command = plan
  variables {
    existing_services = { web = { region = "asia-northeast1", service_account = "web@acme-shop.iam.gserviceaccount.com" } }
  }
  expect_failures = [var.existing_services]
}
