# One project holds the functions and their journal, one the images, and each environment has a project of its own.
terraform {
  required_version = ">= 1.11"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 6.50, < 7.0"
    }
    datadog = {
      source  = "DataDog/datadog"
      version = ">= 3.82, < 4.0"
    }
  }
  backend "gcs" {
    prefix = "cdautomation"
  }
}

variable "hub" {
  description = "The project of the functions."
  type        = string
}

variable "images" {
  description = "The project of Artifact Registry and Cloud Build."
  type        = string
}

variable "spokes" {
  description = "Projects that are deployed to, each with its services and the regions that they are in."
  type        = map(map(string))
  validation {
    condition     = length(var.spokes) > 0
    error_message = "A hub without spokes deploys nothing."
  }
}

variable "region" {
  description = "Region of the functions and of the images, e.g. asia-northeast1."
  type        = string
}

variable "image" {
  description = "The functions' image by digest, as infra/README.md has it built."
  type        = string
}

module "automation" {
  source             = "../../modules/automation"
  project_id         = var.hub
  source_project_id  = var.images
  region             = var.region
  image              = var.image
  image_repositories = [{ location = var.region, name = "app" }]
}

module "spoke" {
  source                    = "../../modules/target"
  for_each                  = var.spokes
  project_id                = each.key
  functions_service_account = module.automation.functions_service_account
  image_repositories        = [{ project = var.images, location = var.region, name = "app" }]
  services                  = { for name, region in each.value : name => { region = region } }
}

module "datadog" {
  source      = "../../modules/datadog"
  environment = "prod"
}

output "services" {
  description = "Resource names of what may be deployed to."
  value       = flatten([for it in module.spoke : it.services])
}

output "api_url" {
  description = "CDAUTOMATION_URL of cdctl."
  value       = module.automation.api_url
}
