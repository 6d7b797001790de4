# What stands in which project. Providers are mocked.
mock_provider "google" {
  mock_data "google_project" {
    defaults = { number = "123456789012" }
  }
  mock_resource "google_service_account" {
    defaults = { email = "cd-functions@acme-cd.iam.gserviceaccount.com" }
  }
}
mock_provider "datadog" {}

variables {
  hub    = "acme-cd"
  images = "acme-images"
  spokes = {
    acme-staging    = { web = "asia-northeast1" }
    acme-production = { web = "asia-northeast1", admin = "asia-northeast1" }
  }
  region = "asia-northeast1"
  image  = "asia-northeast1-docker.pkg.dev/acme-images/cdautomation/functions@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
}

run "each_spoke_has_its_services" {
  assert {
    condition = toset(output.services) == toset([
      "projects/acme-staging/locations/asia-northeast1/services/web",
      "projects/acme-production/locations/asia-northeast1/services/admin",
      "projects/acme-production/locations/asia-northeast1/services/web",
    ])
    error_message = "The services stand in other projects."
  }
  assert {
    condition     = output.api_url == "https://cd-on-request-123456789012.asia-northeast1.run.app"
    error_message = "The API has another address."
  }
}

run "a_hub_needs_a_spoke" {
  command = plan
  variables {
    spokes = {}
  }
  expect_failures = [var.spokes]
}
