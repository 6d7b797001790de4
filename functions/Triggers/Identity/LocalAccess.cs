namespace CdAutomation.Triggers.Identity;

/// <summary>The token of the local cloud and whom it stands for.</summary>
/// <param name="Token">At least <see cref="LengthMin"/> characters; a secret, never printed.</param>
/// <param name="Actor">How the journal names who has it.</param>
public sealed record LocalAccess(string Token, string Actor)
{
    /// <summary>A shorter token could be guessed.</summary>
    public const int LengthMin = 16;

    /// <inheritdoc/>
    public override string ToString() => $"{Actor}:***";
}
