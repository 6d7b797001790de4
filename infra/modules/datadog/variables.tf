variable "environment" {
  description = "Value of the tag env on logs and metrics of the services, e.g. prod."
  type        = string
}

variable "sources" {
  description = "Sources of the services' logs: what the languages' own integrations say, and what logs forwarded from Google Cloud have."
  type        = list(string)
  default     = ["php", "go", "nodejs", "csharp", "gcp*"]
  validation {
    condition     = length(var.sources) > 0 && alltrue([for it in var.sources : can(regex("^[a-z0-9_.*-]+$", it))])
    error_message = "sources are words such as php; * stands for any letters."
  }
}

variable "payloads" {
  description = "Where a log's own fields begin: at the top, or below the entry of Cloud Logging that a forwarder sends whole."
  type        = list(string)
  default     = ["", "data.jsonPayload."]
}

variable "user_id_fields" {
  description = <<-EOT
    Where services write the id of their user, as paths below a payload. The first that a log has becomes @usr.id, so that the plainest
    come first and uid, which may mean another thing, last.
  EOT
  type        = list(string)
  default = [
    "user_id",           # Go (slog, zap, zerolog), PHP
    "userId",            # JavaScript (pino, winston), .NET
    "UserId",            # .NET (Serilog compact)
    "user.id",           # JavaScript, Go
    "context.user_id",   # PHP (Monolog)
    "context.user.id",   # PHP (Monolog)
    "extra.user_id",     # PHP (Monolog processors)
    "Properties.UserId", # .NET (Serilog)
    "State.UserId",      # .NET (Microsoft.Extensions.Logging)
    "req.user.id",       # JavaScript (pino-http)
    "uid",               # Go, PHP
  ]
  validation {
    condition     = length(var.user_id_fields) > 0 && alltrue([for it in var.user_id_fields : can(regex("^[A-Za-z_][A-Za-z0-9_-]*(\\.[A-Za-z_][A-Za-z0-9_-]*)*$", it))])
    error_message = "user_id_fields are paths such as context.user.id, without @ before them."
  }
  validation {
    condition     = length(var.user_id_fields) * length(var.payloads) <= 40
    error_message = "Each field is a processor in each payload; 40 of them are more than a pipeline should have."
  }
}

variable "trace_id_fields" {
  description = "Where logs have the id of their trace, as paths below a payload."
  type        = list(string)
  default     = ["dd.trace_id", "dd_trace_id", "context.dd.trace_id", "Properties.dd_trace_id", "trace_id", "TraceId"]
}

variable "span_id_fields" {
  description = "Where logs have the id of their span, as paths below a payload."
  type        = list(string)
  default     = ["dd.span_id", "dd_span_id", "context.dd.span_id", "Properties.dd_span_id", "span_id", "SpanId"]
}

variable "notify" {
  description = "Whom monitors tell, e.g. @slack-releases."
  type        = list(string)
  default     = []
  validation {
    condition     = alltrue([for it in var.notify : startswith(it, "@")])
    error_message = "Whom monitors tell begins with @."
  }
}

variable "errors_of_a_version" {
  description = "How many error logs of one version of a service in ten minutes are too many."
  type        = number
  default     = 50
}
