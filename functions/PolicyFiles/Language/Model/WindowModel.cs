namespace CdAutomation.PolicyFiles.Language.Model;

/// <summary>A window of the <c>windows</c> gate, and the document of the kind <c>Freeze</c>.</summary>
internal static class WindowModel
{
    public static readonly Key Kind = new("kind", Words.WindowKinds.Form, "Whether releases go while it is open, or none does.")
    { Required = true };

    public static readonly Key Days = new("days", new Form.Days(),
        "The days on which it begins: mon-thu, mon,wed,fri or a list. A range may run over the end of the week. Left out, every day.")
    { Examples = ["\"mon-thu\"", "[\"mon\", \"wed\"]"] };

    public static readonly Key Hours = new("hours", Texts.Hours,
        "From the first time to before the second, which is the next day's where it is not later. Left out, the whole day.")
    { Examples = ["\"10:00-17:00\"", "\"22:00-02:00\""] };

    public static readonly Key From = new("from", Texts.Local, "When it opens, by the wall clock.") { Examples = ["\"2026-12-28\""] };

    public static readonly Key To = new("to", Texts.Local, "The first minute after it, by the wall clock; a date is its midnight.")
    { Examples = ["\"2027-01-04T09:00\""] };

    public static readonly Key TimeZone = new("timeZone", Texts.TimeZone, "The zone whose wall clock counts, by its IANA name.")
    { Required = true, Examples = ["\"Asia/Tokyo\""] };

    public static readonly Key Reason = new("reason", Texts.Line, "Why, for people.") { Examples = ["\"year end\""] };

    public static readonly Shape Shape = new("a window", "Window", "A span of the wall clock: every week, or once.",
        Kind, Days, Hours, From, To, TimeZone, Reason)
    { Variants = [new("days", "hours"), new("from", "to") { All = true }] };

    public static readonly Key Except = new("except", new Form.List(Texts.Excepted, "a pipeline"), "Pipelines that it does not hold.")
    { Examples = ["[\"pipeline:hotfix\"]"] };

    public static readonly Shape Freeze = new("spec", "Freeze", "A span in which nothing moves anywhere.",
        From with { Required = true }, To with { Required = true }, TimeZone, Reason, Except);
}
