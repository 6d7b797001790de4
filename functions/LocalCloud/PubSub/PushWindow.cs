namespace CdAutomation.LocalCloud.PubSub;

/// <summary>Slow start of push delivery (Google's push guide): one message in flight at first, doubled by each success, halved by each
/// failure.</summary>
internal sealed class PushWindow
{
    /// <summary>Enough to rehearse a busy day on a laptop; Google's own cap is not published.</summary>
    public const int Largest = 100;

    /// <summary>How many may be in flight, 1 to <see cref="Largest"/>.</summary>
    public int Size { get; private set; } = 1;

    public void Succeeded() => Size = Math.Min(Size * 2, Largest);

    public void Failed() => Size = Math.Max(Size / 2, 1);
}
