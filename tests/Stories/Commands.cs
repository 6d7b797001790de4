using CdAutomation.Domain.Releases;
using YamlDotNet.RepresentationModel;

namespace CdAutomation.Stories;

/// <summary>What people say, as stories write it.</summary>
internal static class Commands
{
    public static Command Of(YamlMappingNode about, DateTimeOffset now)
    {
        string? Text(string key) => Telling.Text(about, key);
        var reason = Text("reason");
        DateTimeOffset? until = Text("for") is { } span ? now + Times.Span(span) : null;
        var image = Text("image") ?? "";
        return about.Children.Keys.Select(key => key.ToString()).Select<string, Command?>(word => word switch
        {
            "hold" => new Command.Hold(Text(word)!, until, reason),
            "resume" => new Command.Resume(Text(word)!, reason),
            "pin" => new Command.Pin(Text(word)!, image, until, reason),
            "unpin" => new Command.Unpin(Text(word)!, reason),
            "freeze" => new Command.Freeze(until, reason),
            "unfreeze" => new Command.Unfreeze(reason),
            "quarantine" => new Command.Quarantine(Text(word)!, reason),
            "unquarantine" => new Command.Unquarantine(Text(word)!, reason),
            "approve" => new Command.Vote(Text(word)!, image, Approves: true, reason),
            "reject" => new Command.Vote(Text(word)!, image, Approves: false, reason),
            "rollback" => new Command.Rollback(Text(word)!, Text("to"), reason),
            _ => null,
        }).OfType<Command>().Single();
    }
}
