using System.Text;
using System.Text.Json;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Publish;

/// <summary>Makes dead letters and late records smaller, for topics that do not take them as a whole.</summary>
internal static class ReducedLetter
{
    /// <summary>The header that tells what is missing.</summary>
    public const string CutHeader = "streamperceiver.cut";

    private static readonly KeyValuePair<string, byte[]?> ContentType = new("content-type", "application/json"u8.ToArray());

    private const int LongestKeyBytes = 1024;
    private const int LongestDetail = 256;

    /// <summary>
    /// Returns the letter of a record as its topic takes it: with a key if it needs one, and with a value that is cut if it is too large. A cut letter has
    /// half of the size that the topic takes, or less. Where the rest of the letter leaves no room, the letter stays too large.
    /// </summary>
    public static OutgoingRecord FitTo(this OutgoingRecord letter, TopicLimit limit, SourceRecord source)
    {
        if (limit.NeedsKey && letter.Key is null) letter = Noted(letter with { Key = Encoding.UTF8.GetBytes($"{source}") }, "key: the record has none");
        if (letter.Bytes <= limit.MaxBytes) return letter;
        int length = letter.Value?.Length ?? 0;
        long room = limit.MaxBytes / 2 - Noted(letter with { Value = [] }, $"value: {length} of {length} bytes are here").Bytes;
        if (room <= 0) return letter;
        int kept = (int)Math.Min(room, length);
        return Noted(letter with { Value = letter.Value![..kept] }, $"value: {kept} of {length} bytes are here");
    }

    /// <summary>
    /// Makes the letter of a rejection without its record's value and headers. The value is a short JSON text. The key is the record's own, or the record's
    /// place where that is missing or long.
    /// </summary>
    public static OutgoingRecord From(Rejection rejection, string topic, string pipeline)
    {
        List<KeyValuePair<string, byte[]?>> headers = [ContentType];
        headers.AddOrigin(rejection.Record);
        AddReason(headers, rejection, rejection.Record.Partition, pipeline);
        byte[] key = rejection.Record.Key is { Length: > 0 and <= LongestKeyBytes } own ? own : Encoding.UTF8.GetBytes($"{rejection.Record}");
        return new OutgoingRecord(topic, key, ToJson(pipeline, rejection)) { Headers = headers };
    }

    /// <summary>
    /// Makes the letter of a window without its content. The value is a short JSON text. The key is the entity, or pipeline, lane and end of the window where
    /// that is long.
    /// </summary>
    public static OutgoingRecord From(PoisonWindow poison, string topic, string pipeline, KeyFormat keys)
    {
        List<KeyValuePair<string, byte[]?>> headers = [ContentType];
        AddReason(headers, poison, poison.Window.Lane, pipeline);
        headers.AddTrace(poison.Window, pipeline);
        byte[] key = EntityKey.Write(poison.Window.Entity, keys);
        if (key.Length > LongestKeyBytes) key = Encoding.UTF8.GetBytes($"{pipeline}/{poison.Window.Lane}/{poison.Window.End}");
        return new OutgoingRecord(topic, key, ToJson(pipeline, poison)) { Headers = headers };
    }

    /// <summary>Cuts a text that is one of several in a message.</summary>
    public static string Short(string text, int length = LongestDetail) => text.Length <= length ? text : $"{text[..length]}...";

    // A value that is not empty: many a reader takes a record without one for no record.
    private static byte[] ToJson(string pipeline, DeadLetter letter)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("pipeline", pipeline);
            json.WriteString("reason", letter.Reason.ToString());
            json.WriteString("detail", Short(letter.Detail));
            json.WriteString("refused", Short(letter.Refusal!));
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void AddReason(List<KeyValuePair<string, byte[]?>> headers, DeadLetter letter, int lane, string pipeline)
    {
        headers.AddFailure(letter.Reason.ToString(), Short(letter.Detail), letter.Stage, lane, pipeline, cause: null);
        headers.AddText(CutHeader, $"key, value and headers are not here: {Short(letter.Refusal!)}");
    }

    private static OutgoingRecord Noted(OutgoingRecord letter, string note)
    {
        List<KeyValuePair<string, byte[]?>> headers = [.. letter.Headers];
        headers.AddText(CutHeader, note);
        return letter with { Headers = headers };
    }
}
