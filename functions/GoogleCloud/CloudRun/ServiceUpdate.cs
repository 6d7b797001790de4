using CdAutomation.Domain.Rollouts;
using Google.Cloud.Run.V2;

namespace CdAutomation.GoogleCloud.CloudRun;

/// <summary>The write that an order asks for.</summary>
internal static class ServiceUpdate
{
    /// <summary>
    /// The service as it was read, with only what is ours changed: the container's image, the traffic, our annotations, the client's name.
    /// All else goes back as it came, fields this build does not know included, and its etag makes Cloud Run refuse it if somebody else
    /// wrote in between.
    /// </summary>
    /// <param name="read">As GetService answered.</param>
    /// <param name="container">The target's container within <paramref name="read"/>.</param>
    /// <param name="order">What is owed.</param>
    /// <param name="anew">Make a new revision even of the same image.</param>
    public static Service Of(Service read, Container container, Effect.Apply order, bool anew)
    {
        var at = read.Template.Containers.IndexOf(container);
        var next = read.Clone();
        next.Template.Containers[at].Image = order.Image.Reference.ToString();
        // A name kept from an earlier write would be compared with the revision that has it, and refused (ALREADY_EXISTS).
        next.Template.Revision = "";
        if (anew)
            Annotations.Set(next.Template.Annotations, Annotations.Attempt, $"{order.Id}.{order.Attempts}");
        Annotations.Write(next.Annotations, order);
        next.Client = Product.Name;
        next.ClientVersion = Product.Version;

        var traffic = TrafficPlan.Mean(next.Traffic);
        next.Traffic.Clear();
        next.Traffic.AddRange(traffic);
        return next;
    }
}
