variable "project_id" {
  description = "The project that the services are in."
  type        = string
}

variable "functions_service_account" {
  description = "Email of the account that deploys: output functions_service_account of modules/automation."
  type        = string
  validation {
    condition     = endswith(var.functions_service_account, ".iam.gserviceaccount.com")
    error_message = "functions_service_account must be the email of a service account."
  }
}

variable "image_repositories" {
  description = "Artifact Registry repositories that Cloud Run takes the services' images from. Those in project_id need not be named."
  type        = set(object({ project = string, location = string, name = string }))
  default     = []
}

variable "services" {
  description = <<-EOT
    Services to be made and kept here, by name. `first_image` runs until the first deployment and is never looked at again;
    `public` lets everybody call it; `env` and `limits` stay Terraform's.
  EOT
  type = map(object({
    region      = string
    first_image = optional(string, "us-docker.pkg.dev/cloudrun/container/hello")
    port        = optional(number, 8080)
    public      = optional(bool, false)
    env         = optional(map(string), {})
    limits      = optional(map(string), { cpu = "1", memory = "512Mi" })
    max         = optional(number, 10)
  }))
  default = {}
  validation {
    condition     = alltrue([for name in keys(var.services) : can(regex("^[a-z][a-z0-9-]{0,47}[a-z0-9]$", name))])
    error_message = "A service's name has 2 to 49 lower-case letters, digits and hyphens, begins with a letter and does not end with a hyphen."
  }
}

variable "existing_services" {
  description = "Services that are kept elsewhere and are only to be deployed to, by name, with the email of the account that each runs as."
  type        = map(object({ region = string, service_account = string }))
  default     = {}
  validation {
    condition     = length(setintersection(keys(var.services), keys(var.existing_services))) == 0
    error_message = "A service cannot stand in services and in existing_services."
  }
}
