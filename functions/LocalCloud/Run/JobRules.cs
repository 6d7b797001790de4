using Google.Api;
using Google.Cloud.Run.V2;
using Google.Protobuf.WellKnownTypes;

namespace CdAutomation.LocalCloud.Run;

/// <summary>What Cloud Run refuses in a job before anything is written, always INVALID_ARGUMENT, and what it fills in.</summary>
internal static class JobRules
{
    private const int LongestId = 49;
    private const int MostTasks = 10_000;
    private const int MostRetries = 10;
    private const long LongestTimeoutSeconds = 7 * 24 * 3600;

    private static readonly string[] ReservedEnvironment =
        ["CLOUD_RUN_JOB", "CLOUD_RUN_EXECUTION", "CLOUD_RUN_TASK_INDEX", "CLOUD_RUN_TASK_COUNT", "CLOUD_RUN_TASK_ATTEMPT"];

    /// <summary>job.proto: begins with a letter, does not end with a hyphen, fewer than 50 characters.</summary>
    public static void CheckId(string id)
    {
        if (id.Length > LongestId || !ServiceRules.Name().IsMatch(id))
            throw Refusal.InvalidArgument(
                $"job_id: '{Refusal.Shown(id)}' must begin with a letter, hold only lower-case letters, digits and hyphens, "
                + "not end with a hyphen, and be shorter than 50 characters.");
    }

    public static void Check(Job job)
    {
        TemplateRules.CheckKeys("labels", job.Labels.Keys);
        TemplateRules.CheckKeys("annotations", job.Annotations.Keys);
        if (job.Template is not { } template) throw Refusal.InvalidArgument("template: a job needs one.");
        if (template.Template is not { } task) throw Refusal.InvalidArgument("template.template: a job needs one.");
        TemplateRules.CheckKeys("template.labels", template.Labels.Keys);
        TemplateRules.CheckKeys("template.annotations", template.Annotations.Keys);
        CheckTaskCount("template.task_count", template.TaskCount);
        if (template.Parallelism < 0) throw Refusal.InvalidArgument("template.parallelism: must not be negative.");
        if (task.RetriesCase == TaskTemplate.RetriesOneofCase.MaxRetries && task.MaxRetries is < 0 or > MostRetries)
            throw Refusal.InvalidArgument($"template.template.max_retries: {task.MaxRetries} is not between 0 and {MostRetries}.");
        CheckTimeout("template.template.timeout", task.Timeout);
        TemplateRules.CheckContainers(task.Containers, ReservedEnvironment, "template.template.containers");
    }

    public static void Fill(Job job, string project)
    {
        if (job.LaunchStage == LaunchStage.Unspecified) job.LaunchStage = LaunchStage.Ga;
        if (job.Template.TaskCount == 0) job.Template.TaskCount = 1;
        var task = job.Template.Template;
        // task_template.proto: 3 retries and 600 seconds for an attempt, where nothing is said.
        if (task.RetriesCase == TaskTemplate.RetriesOneofCase.None) task.MaxRetries = 3;
        task.Timeout ??= new Duration { Seconds = 600 };
        if (task.ExecutionEnvironment == ExecutionEnvironment.Unspecified) task.ExecutionEnvironment = ExecutionEnvironment.Gen2;
        if (task.ServiceAccount.Length == 0) task.ServiceAccount = TemplateDefaults.ServiceAccount(project);
        foreach (var container in task.Containers) TemplateDefaults.FillResources(container);
    }

    /// <summary>Changes the template of one execution: args replace, variables merge, the rest replaces what it names.</summary>
    public static void Override(ExecutionTemplate template, RunJobRequest.Types.Overrides overrides)
    {
        CheckTaskCount("overrides.task_count", overrides.TaskCount);
        CheckTimeout("overrides.timeout", overrides.Timeout);
        if (overrides.TaskCount > 0) template.TaskCount = overrides.TaskCount;
        if (overrides.Timeout is { } timeout) template.Template.Timeout = timeout.Clone();
        foreach (var one in overrides.ContainerOverrides) Override(Named(template.Template, one.Name), one);
    }

    private static void Override(Container container, RunJobRequest.Types.Overrides.Types.ContainerOverride one)
    {
        TemplateRules.CheckEnvironment(one.Env, ReservedEnvironment, "overrides.container_overrides[].env");
        if (one.ClearArgs && one.Args.Count > 0)
            throw Refusal.InvalidArgument("overrides.container_overrides[].clear_args: cannot be set together with args.");
        if (one.ClearArgs || one.Args.Count > 0) container.Args.Clear();
        container.Args.Add(one.Args);
        foreach (var variable in one.Env)
        {
            var index = container.Env.ToList().FindIndex(it => it.Name == variable.Name);
            if (index < 0) container.Env.Add(variable.Clone());
            else container.Env[index] = variable.Clone();
        }
    }

    private static Container Named(TaskTemplate task, string name)
    {
        if (name.Length > 0)
            return task.Containers.FirstOrDefault(it => it.Name == name)
                ?? throw Refusal.InvalidArgument(
                    $"overrides.container_overrides[].name: the job has no container '{Refusal.Shown(name)}'.");
        return task.Containers.Count == 1
            ? task.Containers[0]
            : throw Refusal.InvalidArgument("overrides.container_overrides[].name: is required where there are several containers.");
    }

    private static void CheckTaskCount(string field, int count)
    {
        if (count is < 0 or > MostTasks) throw Refusal.InvalidArgument($"{field}: {count} is not between 1 and {MostTasks}.");
    }

    private static void CheckTimeout(string field, Duration? timeout)
    {
        if (timeout is null) return;
        if (timeout.Nanos < 0 || timeout.Seconds is < 0 or > LongestTimeoutSeconds || timeout is { Seconds: 0, Nanos: 0 })
            throw Refusal.InvalidArgument($"{field}: must be above 0 and at most {LongestTimeoutSeconds} seconds.");
    }
}
