using System.Text.Json;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Modalities.Category;

/// <summary>Finds words in the vocabulary of an input. Spaces and line breaks around a word are no part of it.</summary>
internal sealed class WordReader(CategorySpec spec)
{
    private const int MostShown = 64;

    private readonly Dictionary<string, int> _indexes = spec.Words.Select((word, i) => (word, i)).DistinctBy(w => w.word).ToDictionary(w => w.word, w => w.i);

    /// <summary>Makes the sample of a record in JSON.</summary>
    /// <param name="record">The record.</param>
    /// <param name="place">Where the word is, for messages.</param>
    /// <param name="find">Returns the word of a payload, or null where there is none.</param>
    /// <exception cref="BadPayloadException">The payload is no JSON or has no word, or as for <see cref="Read"/>.</exception>
    public CategoryReading ReadJson(RawRecord record, string place, Func<ReadOnlySpan<byte>, string?> find)
    {
        try
        {
            string? word = find(record.Record.Value);
            return Read(record, word ?? throw new BadPayloadException(RejectionReason.WrongShape, $"{place} has no word, expected a text or a number"));
        }
        catch (JsonException e)
        {
            throw new BadPayloadException(RejectionReason.Undecodable, $"not JSON: {e.Message}", e);
        }
    }

    /// <summary>Makes the sample of a record.</summary>
    /// <exception cref="BadPayloadException">The word is not in the vocabulary, and no other stands for it.</exception>
    public CategoryReading Read(RawRecord record, string text)
    {
        string word = text.Trim();
        if (_indexes.TryGetValue(word, out int index) || (spec.Unknown is { } other && _indexes.TryGetValue(other, out index)))
            return new CategoryReading(record.Stream, record.Time, record.Record.Offset, index);
        string known = string.Join(", ", spec.Words.Take(5)) + (spec.Words.Count > 5 ? $" or another of {spec.Words.Count} words" : "");
        string found = word.Length > MostShown ? $"{word[..MostShown]}..." : word;
        throw new BadPayloadException(RejectionReason.WrongShape, $"the word is '{found}', expected {known}");
    }
}
