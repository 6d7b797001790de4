using System.Globalization;
using System.Text.Json;
using CdAutomation.PolicyFiles.Language.Model;
using CdAutomation.PolicyFiles.Nodes;

namespace CdAutomation.PolicyFiles.Canonical;

/// <summary>Writes values under the keys of the language, and nothing where a value is the one that counts anyway.</summary>
internal static class CanonicalWriter
{
    extension(Utf8JsonWriter json)
    {
        public void Text(Key key, string? text)
        {
            if (text is not null)
                json.WriteString(key.Name, text);
        }

        public void Word<T>(Key key, Vocabulary<T> words, T value, T? unless = null)
            where T : struct
        {
            if (unless is not { } left || !EqualityComparer<T>.Default.Equals(value, left))
                json.WriteString(key.Name, words.WordOf(value));
        }

        public void Flag(Key key, bool value, bool unless)
        {
            if (value != unless)
                json.WriteBoolean(key.Name, value);
        }

        public void Whole(Key key, int? number, int? unless = null)
        {
            if (number is { } value && value != unless)
                json.WriteNumber(key.Name, value);
        }

        public void Span(Key key, TimeSpan? span, TimeSpan? unless = null)
        {
            if (span is { } value && value != unless)
                json.WriteString(key.Name, Durations.Write(value));
        }

        public void Instant(Key key, DateTimeOffset instant) =>
            json.WriteString(key.Name, instant.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture));

        public void Local(Key key, DateTime time) => json.WriteString(key.Name,
            time.ToString(time.TimeOfDay == default ? "yyyy-MM-dd" : "yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture));

        public void Texts(Key key, IReadOnlyCollection<string> texts)
        {
            if (texts.Count > 0)
                json.List(key.Name, texts, json.WriteStringValue);
        }

        public void List<T>(string name, IEnumerable<T> items, Action<T> write)
        {
            json.WriteStartArray(name);
            foreach (var item in items)
                write(item);
            json.WriteEndArray();
        }

        public void Mapping(string name, Action write)
        {
            json.WritePropertyName(name);
            json.Mapping(write);
        }

        public void Mapping(Action write)
        {
            json.WriteStartObject();
            write();
            json.WriteEndObject();
        }
    }
}
