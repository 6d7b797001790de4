# Everything in one project: the images, the functions, and the services that they deploy to.
terraform {
  required_version = ">= 1.11"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 6.50, < 7.0"
    }
  }
  # Where the state is kept, e.g. a bucket: `terraform init -backend-config=bucket=acme-terraform`.
  backend "gcs" {
    prefix = "cdautomation"
  }
}

variable "project_id" {
  description = "The project of everything."
  type        = string
}

variable "region" {
  description = "The region of everything, e.g. asia-northeast1."
  type        = string
}

variable "image" {
  description = "The functions' image by digest, as infra/README.md has it built."
  type        = string
}

variable "operators" {
  description = "Who may ask and order through the HTTP API, e.g. group:release@example.com."
  type        = set(string)
  default     = []
}

variable "policies" {
  description = "The GitHub repository of policies as OWNER/NAME; it must be connected with Cloud Build."
  type        = string
}

module "automation" {
  source             = "../../modules/automation"
  project_id         = var.project_id
  region             = var.region
  image              = var.image
  operators          = var.operators
  image_repositories = [{ location = var.region, name = "app" }]
  policy_git = {
    owner       = split("/", var.policies)[0]
    name        = split("/", var.policies)[1]
    cdctl_image = "${var.region}-docker.pkg.dev/${var.project_id}/app/cdctl:stable"
  }
}

module "target" {
  source                    = "../../modules/target"
  project_id                = var.project_id
  functions_service_account = module.automation.functions_service_account
  services                  = { web = { region = var.region, public = true } }
}

output "api_url" {
  description = "CDAUTOMATION_URL of cdctl."
  value       = module.automation.api_url
}

output "policy_repository" {
  description = "Where policies are published."
  value       = module.automation.policy_repository
}
