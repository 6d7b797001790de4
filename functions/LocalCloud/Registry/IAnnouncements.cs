namespace CdAutomation.LocalCloud.Registry;

/// <summary>Where pushes and deletions are told.</summary>
public interface IAnnouncements
{
    /// <summary>Returns when the message is safely with its receiver. Until it has returned once for a message, the registry asks
    /// again, also after a restart.</summary>
    /// <param name="json">One object in Artifact Registry's form: action, digest, tag.</param>
    /// <exception cref="AnnouncementFailedException">Not taken this time.</exception>
    ValueTask PublishAsync(byte[] json, CancellationToken cancellation);
}

/// <summary>An announcement was not taken; the registry tries again.</summary>
public sealed class AnnouncementFailedException(string sentence, Exception? cause = null) : Exception(sentence, cause);
