variable "project_id" {
  description = "The project that the functions, their journal and their subscriptions are in."
  type        = string
  validation {
    condition     = can(regex("^([a-z0-9.-]+:)?[a-z][a-z0-9-]{4,28}[a-z0-9]$", var.project_id))
    error_message = "project_id must be the id of a project, not its number or its name."
  }
}

variable "region" {
  description = "Region of the functions, the journal, the scheduler and the policies' repository, e.g. asia-northeast1."
  type        = string
  validation {
    condition     = can(regex("^[a-z]+-[a-z]+[0-9]+$", var.region))
    error_message = "region must be a region such as asia-northeast1, not a zone or a multi-region."
  }
}

variable "image" {
  description = "The image that the functions are made with, by digest: REPOSITORY@sha256:…. Which image they run afterwards is not Terraform's."
  type        = string
  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.image))
    error_message = "image must end with @sha256: and 64 hexadecimal digits."
  }
}

variable "self_deploy" {
  description = <<-EOT
    Set where the functions are deployed by a policy (infra/policies/self): `watchdog_image` is the image of cdctl, by digest, that puts the
    revision before back if a new version does not answer. It must not be deployed by that policy. null where you deploy them yourself.
  EOT
  type        = object({ watchdog_image = string })
  default     = null
  validation {
    condition     = var.self_deploy == null || can(regex("@sha256:[0-9a-f]{64}$", var.self_deploy.watchdog_image))
    error_message = "watchdog_image must end with @sha256: and 64 hexadecimal digits."
  }
}

variable "source_project_id" {
  description = "The project whose Artifact Registry and Cloud Build tell of images and builds; null where it is project_id."
  type        = string
  default     = null
}

variable "image_repositories" {
  description = "Artifact Registry repositories in source_project_id whose images are deployed; the functions may read these and no others."
  type        = set(object({ location = string, name = string }))
  validation {
    condition     = length(var.image_repositories) > 0
    error_message = "image_repositories must name one repository at least: without one nothing is ever deployed."
  }
}

variable "policy_source" {
  description = "The git repository that policies must be made from, as `cdctl policy publish --source` names it; null takes any."
  type        = string
  default     = null
}

variable "policy_git" {
  description = <<-EOT
    The GitHub repository of policies, connected with Cloud Build, whose pull requests are checked and whose merges are published;
    null where another build does it. `cdctl_image` is what the builds run. The folder infra/policies has the cloudbuild.yaml.
  EOT
  type        = object({ owner = string, name = string, branch = optional(string, "main"), cdctl_image = string })
  default     = null
  validation {
    condition     = var.policy_git == null || can(regex("^[a-z0-9-]+-docker\\.pkg\\.dev/[^/]+/[^/]+/.+$", var.policy_git.cdctl_image))
    error_message = "cdctl_image must be an image in Artifact Registry: LOCATION-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE:TAG."
  }
}

variable "policy_key" {
  description = "PEM text of the public key that must verify a cosign signature on published policies; null asks for none."
  type        = string
  default     = null
}

variable "author_substitution" {
  description = "The substitution that every trigger of images sets to $(push.pusher.email), e.g. _PUSHER; null where nobody is to know who pushed a commit."
  type        = string
  default     = null
  validation {
    condition     = var.author_substitution == null || can(regex("^_[A-Z0-9_]{1,99}$", var.author_substitution))
    error_message = "author_substitution is a substitution of one's own: an underscore, then capitals, digits and underscores."
  }
}

variable "operators" {
  description = "Who may ask the HTTP API as cd-operator, e.g. group:release@example.com: they are allowed to make its identity tokens."
  type        = set(string)
  default     = []
  validation {
    condition     = alltrue([for it in var.operators : can(regex("^(user|group|serviceAccount|principal|principalSet):", it))])
    error_message = "operators are members of IAM such as group:release@example.com; allUsers is none of them."
  }
}

variable "journal_retention" {
  description = "How long events and decisions are kept, in days, from 31 to 3653. States and policies in force stay for ever."
  type        = number
  default     = 365
  validation {
    condition     = var.journal_retention >= 31 && var.journal_retention <= 3653 && floor(var.journal_retention) == var.journal_retention
    error_message = "journal_retention must be a whole number of days from 31 (a message may come again that long) to 3653."
  }
}

variable "read_artifact_analysis" {
  description = "Whether the functions may read Artifact Analysis, which the gates vulnerabilities and provenance ask."
  type        = bool
  default     = false
}

variable "datadog_site" {
  description = <<-EOT
    The Datadog site whose DORA metrics are told of deployments, e.g. datadoghq.eu; null tells none. Its API key is the secret
    CDAUTOMATION_DATADOG_API_KEY, a version of which must be in `secrets`.
  EOT
  type        = string
  default     = null
  validation {
    condition     = var.datadog_site == null || can(regex("^([a-z0-9-]+\\.)*(datadoghq\\.com|datadoghq\\.eu|ddog-gov\\.com)$", var.datadog_site))
    error_message = "datadog_site must be a site of Datadog's such as datadoghq.eu."
  }
  validation {
    condition     = var.datadog_site == null || try(var.secrets["CDAUTOMATION_DATADOG_API_KEY"], null) != null
    error_message = "datadog_site needs a version of CDAUTOMATION_DATADOG_API_KEY in secrets: without its key the functions would not start."
  }
}

variable "secrets" {
  description = "Settings of the functions that are secret: environment variable to the version of its secret, or null until there is one."
  type        = map(string)
  default     = {}
  validation {
    condition     = alltrue([for it in keys(var.secrets) : can(regex("^CDAUTOMATION_[A-Z_]+$", it))])
    error_message = "secrets are settings of the functions, and their names begin with CDAUTOMATION_."
  }
}

variable "notification_channels" {
  description = "Names of Cloud Monitoring channels that alerts are sent to. Without one they are only shown."
  type        = list(string)
  default     = []
}

variable "deletion_protection" {
  description = "Whether the journal and the functions are kept from being deleted by a plan."
  type        = bool
  default     = true
}
