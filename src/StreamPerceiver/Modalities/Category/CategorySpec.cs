using StreamPerceiver.Flow;
using StreamPerceiver.Formats;

namespace StreamPerceiver.Modalities.Category;

/// <summary>An input of words of a vocabulary, one in each record. A window takes the latest word, as a one-hot row.</summary>
/// <param name="Name">The name of the model's input.</param>
/// <param name="Topic">The topic that the input is read from.</param>
/// <param name="Required">Whether a window without the input is skipped; otherwise the input is masked.</param>
/// <param name="Words">The vocabulary, in the model's order.</param>
public sealed record CategorySpec(string Name, string Topic, bool Required, IReadOnlyList<string> Words) : InputSpec(Name, Topic, Required)
{
    /// <summary>Most words of a vocabulary.</summary>
    public const int MostWords = 65_536;

    /// <summary>The field of a JSON object that has the word; null (default): the word is the whole payload.</summary>
    public string? Field { get; init; }

    /// <summary>The word that stands for every word that is not in the vocabulary; null (default): such a record is rejected.</summary>
    public string? Unknown { get; init; }

    // Why the vocabulary could not be read; null (default) where it could.
    private string? FileProblem { get; init; }

    /// <summary>Reads the section of the pipeline file. The vocabulary is in it, or in a file beside it.</summary>
    internal static InputSpec Read(InputSection section)
    {
        (string[] words, string? problem) = section.Json.ContainsKey("words") == section.Json.ContainsKey("vocabulary")
            ? ([], "words and vocabulary are both there or both missing, expected one of them")
            : section.Text("vocabulary") is { } file ? ReadFile(Path.GetFullPath(file, section.Folder)) : (section.Names("words"), null);
        return new CategorySpec(section.Name, section.Topic, section.Required, words)
        {
            Field = section.Text("field"),
            Unknown = section.Text("unknown"),
            FileProblem = problem,
        };
    }

    /// <inheritdoc/>
    public override long WindowBytes(long windowNs) => (long)Words.Count * sizeof(float) + sizeof(int) + sizeof(byte);

    /// <inheritdoc/>
    public override (int Tokens, int Channels) TokenShape(long windowNs) => (1, Words.Count);

    internal override IEnumerable<string> Problems(long windowNs)
    {
        if (FileProblem is { } problem) return [problem];
        if (Words.Count is 0 or > MostWords) return [$"vocabulary has {Words.Count} words, expected 1 to {MostWords}"];
        if (Words.GroupBy(w => w).FirstOrDefault(g => g.Count() > 1) is { } twice)
            return [$"vocabulary has \"{twice.Key}\" {twice.Count()} times, expected once"];
        return Unknown is { } word && !Words.Contains(word) ? [$"unknown is \"{word}\", expected a word of the vocabulary"] : [];
    }

    /// <inheritdoc/>
    public override string SlotRule(long windowNs) => "the latest word in the window";

    internal override IReadOnlyList<ICodec> CreateCodecs(InputPreparation? preparation)
    {
        var words = new WordReader(this);
        return Field is null ? [new TextWordCodec(words), new JsonWordCodec(words)] : [new JsonFieldCodec(words, Field)];
    }

    internal override (AlignedInput Data, double Coverage) Place(
        ReadOnlySpan<MediaSample> samples, EventTime start, long windowNs, List<WindowSlot>? slots = null)
        => MediaSample.LatestIn(samples, start, windowNs, slots) is CategoryReading word ? (new AlignedCategory(word.Word), 1) : (new AlignedCategory(null), 0);

    /// <inheritdoc/>
    public override IReadOnlyList<PlacedArray> PlacedArrays(long windowNs)
        => [new(PlacedArray.Values, NpyType.I32, [], "index of the word in the vocabulary; -1 where the window has none") { Names = Words }];

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> ToArrays(AlignedInput data, long windowNs) => [BitConverter.GetBytes(((AlignedCategory)data).Word ?? -1)];

    internal override IInputTokeniser CreateTokeniser(InputPreparation? preparation) => new CategoryToken(this);

    private static (string[] Words, string? Problem) ReadFile(string file)
    {
        try
        {
            return ([.. File.ReadLines(file).Select(line => line.Trim()).Where(line => line.Length > 0)], null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ([], $"vocabulary: {e.Message}");
        }
    }
}
