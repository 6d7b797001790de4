using CdAutomation.Domain.Decisions;
using CdAutomation.Domain.Gates;
using CdAutomation.Domain.Rollouts;
using CdAutomation.Domain.Targets;

namespace CdAutomation.Domain.Tests.Decisions;

/// <content>What is owed, paid: how it went, and what is answered to a question.</content>
internal sealed partial class Story
{
    /// <summary>Everything owed is paid and goes well.</summary>
    public Story Settles()
    {
        while (State.Owed.FirstOrDefault() is { } effect)
            Pays(effect);
        return this;
    }

    /// <summary>One thing that is owed is paid and goes well.</summary>
    public Story Pays(Effect effect)
    {
        Paid.Add(effect);
        return Sees(PaymentOf(effect));
    }

    private Observation PaymentOf(Effect effect) => effect switch
    {
        Effect.Ask ask => Answered(ask),
        Effect.Apply apply => new Observation.Paid(apply.Id, new StepResult.Done(apply.Target.Kind == TargetKind.Job ? null : $"{apply.Target.Name}-{apply.Image.Digest.Short}")
        {
            Before = apply.Before,
            Address = apply.Percent == 0 ? $"https://cd---{apply.Target.Name}.example" : null,
        }),
        _ => new Observation.Paid(effect.Id, new StepResult.Done(null)),
    };

    /// <summary>Everything that is asked elsewhere is answered, and nothing else is paid.</summary>
    public Story IsAnswered()
    {
        while (Questions.FirstOrDefault() is { } ask)
            Sees(Answered(ask));
        return this;
    }

    /// <summary>What is answered from now on to a gate; before, it says yes.</summary>
    public Story Answers(string gate, Finding finding, TimeSpan? retryAfter = null)
    {
        _answers[gate] = new(finding, new($"{gate}.told", $"{gate} says {finding}"), retryAfter);
        return this;
    }

    private Observation.Answered Answered(Effect.Ask ask)
    {
        Asked.Add(ask);
        return new(ask.Id, _answers.GetValueOrDefault(ask.Gate, new(Finding.Pass, new($"{ask.Gate}.ok", $"{ask.Gate} says yes"))));
    }

    public Story Fails(string why = "the container exited with 1") =>
        Sees(new Observation.Paid(Orders.First().Id, new StepResult.Failed(new("run.didNotStart", why)))).IsTakenBack();

    /// <summary>What was changed goes back, and nothing else is paid.</summary>
    public Story IsTakenBack()
    {
        while (State.Owed.OfType<Effect.TakeBack>().FirstOrDefault() is { } back)
            Pays(back);
        return this;
    }
}
