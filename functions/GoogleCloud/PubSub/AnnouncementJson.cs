using System.Text.Json.Serialization;
using CdAutomation.Delivery.Policies;
using CdAutomation.Domain.Rollouts;

namespace CdAutomation.GoogleCloud.PubSub;

/// <summary>The data of a message on the topic, its members in camel case; those that are null are left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(Announcement))]
[JsonSerializable(typeof(PolicyAnnouncement))]
[JsonSerializable(typeof(CdEvent))]
internal sealed partial class AnnouncementJson : JsonSerializerContext;
