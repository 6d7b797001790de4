using System.Globalization;
using CdAutomation.Delivery;
using CdAutomation.Domain.Images;
using CdAutomation.Domain.Releases;
using CdAutomation.Simulation.Facts;
using CdAutomation.Simulation.Scenarios;
using CdAutomation.Simulation.Time;

namespace CdAutomation.Simulation.World;

/// <summary>All that happens outside by itself: pushes, builds, what people ask, say and do; and what is announced of it.</summary>
internal sealed class Happenings(SimulatedWorld world, Chance chance, History history)
{
    private readonly Dictionary<Digest, DateTimeOffset> _builtWell = [];
    private readonly HashSet<string> _lost = new(StringComparer.Ordinal);
    private int _messages;

    /// <summary>When the event of a build that ended well and made the image was published; null where none was.</summary>
    public DateTimeOffset? BuiltWell(Digest digest) => _builtWell.TryGetValue(digest, out var at) ? at : null;

    /// <summary>Whether the push's event was never published.</summary>
    public bool IsLost(Push push) => _lost.Contains(KeyOf(push));

    /// <summary>Everything is to come, in its time.</summary>
    public void Begin()
    {
        var (clock, scenario) = (world.Clock, world.Scenario);
        foreach (var push in scenario.Pushes.Where(push => push.After > TimeSpan.Zero))
            Schedule(push);
        foreach (var wish in scenario.Wishes)
            clock.After(wish.After, () => Ask(new Signal.DeployRequested(wish.Pipeline, wish.Image, "ann@acme.example")));
        foreach (var word in scenario.Words)
            clock.After(word.After, () => Say(word));
        foreach (var edit in scenario.Edits)
            clock.After(edit.After, () => HandEdits.Make(world.Run, edit));
        foreach (var build in scenario.Builds)
            clock.After(build.After, () => Built(build));
        foreach (var voice in scenario.Voices)
            clock.After(voice.After, () => Vote(voice));
        foreach (var glass in scenario.Glasses)
            clock.After(glass.After, () => Break(glass));
    }

    /// <summary>A person's request is never forgotten.</summary>
    private void Ask(Signal signal) => world.Topic.Publish(Message("request", signal), losable: false);

    private void Say(Word word)
    {
        world.Weather.Count(Fault.PersonSpoke);
        Ask(new Signal.Commanded(word.Pipeline, word.Command, "bob@acme.example", ["user:bob@acme.example"]));
    }

    private void Vote(Voice voice)
    {
        world.Weather.Count(Fault.PersonVoted);
        var vote = new Command.Vote(voice.Stage, voice.Image, voice.Approves, "a test");
        Ask(new Signal.Commanded(voice.Pipeline, vote, voice.Spelt, voice.Who.Principals));
    }

    private void Break(Glass glass)
    {
        world.Weather.Count(Fault.GlassBroken);
        Ask(new Signal.DeployRequested(glass.Pipeline, glass.Image, Glass.Actor) { Stage = glass.Stage, Skips = glass.Skips, Reason = "a fire" });
    }

    private void Schedule(Push push)
    {
        world.Clock.After(push.After, () =>
        {
            world.Registry.Add(push);
            history.Add(new Fact.Pushed(world.Clock.Now, push));
            var message = Message("gcr", new Signal.ImagePushed(push.Repository, push.Digest, push.Tag, push.Artifact));
            if (!world.Topic.Publish(message, losable: true))
                _lost.Add(KeyOf(push));
        });
        if (push.Build is { } status)
            world.Clock.After(push.After + chance.Between(TimeSpan.Zero, TimeSpan.FromMinutes(1)), () => Built(push, status));
    }

    private void Built(Push push, string status)
    {
        var build = new Build(
            $"build-{_messages}", "acme", status, [new(push.Repository, push.Digest)], [push.Repository], "id", "release", "main", null, "acme/app", world.Clock.Now, null);
        if (world.Topic.Publish(Message("cloud-builds", new Signal.BuildFinished(build)), losable: true) && status == "SUCCESS")
            _builtWell.TryAdd(push.Digest, world.Clock.Now);
    }

    private void Built(JointBuild made)
    {
        var build = new Build(
            made.Id, "acme", made.Status, [.. made.Images.Select(image => new BuiltImage(image.Repository, image.Digest))],
            [.. made.Images.Select(image => image.Repository)], "id", "release", "main", made.Commit, "acme/app", world.Clock.Now, null);
        if (!world.Topic.Publish(Message("cloud-builds", new Signal.BuildFinished(build)), losable: true))
            return;
        foreach (var (_, digest) in made.Images.Where(_ => made.Status == "SUCCESS"))
            _builtWell.TryAdd(digest, world.Clock.Now);
    }

    private JournalEvent Message(string topic, Signal signal)
    {
        var id = (++_messages).ToString("00000", CultureInfo.InvariantCulture);
        return new($"{topic}/{id}", topic, id, world.Clock.Now, world.Clock.Now, signal, null, 100);
    }

    private static string KeyOf(Push push) => $"{push.After} {push.Repository}:{push.Tag}@{push.Digest}";
}
