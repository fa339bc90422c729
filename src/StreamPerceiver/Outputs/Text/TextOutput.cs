using StreamPerceiver.Flow;
using StreamPerceiver.Formats;
using StreamPerceiver.Schemas.Members;

namespace StreamPerceiver.Outputs.Text;

/// <summary>A text of a model that has logits over the ids at every place: masked places filled, or a caption up to its end.</summary>
/// <param name="Name">The model output.</param>
/// <param name="IsCaption">Whether the text is read from its first place up to the first [SEP]; otherwise masked places of the input are filled.</param>
public sealed record TextOutput(string Name, bool IsCaption) : OutputSpec(Name)
{
    /// <summary>The kind, which publishes logits over the ids of texts.</summary>
    internal static OutputKind Texts { get; } = new("text", Read, shape => shape is TextShape);

    internal override OutputKind Kind => Texts;

    internal override OutputReading Read(OutputShape answer, float[] numbers, WindowHeader window)
    {
        var of = (TextShape)answer;
        return IsCaption ? ReadCaption(of, numbers) : Fill(of, numbers, window.Inputs.FirstOrDefault(i => i.Name == of.Input)?.Text ?? []);
    }

    internal override ObjectType Describe(OutputShape answer)
    {
        Member text = new(7, "text", new TextType { MayBeEmpty = true },
            "The text with its masked places filled, or a caption. Bytes that are no UTF-8 are U+FFFD.");
        if (IsCaption)
        {
            return new ObjectType(
            [
                text,
                new(9, "probability", NumberType.Probability, "Of a caption: the geometric mean of the probabilities of its ids."),
                new(10, "ended", new FlagType(), "Of a caption: whether it has an end, or fills all places."),
            ]);
        }

        int bytes = ((TextShape)answer).Places - 1; // behind [CLS]
        var place = new ObjectType(
        [
            new(1, "at", new IntegerType(0, bytes - 1), "Which byte of the text it is, from 0."),
            new(2, "byte", new IntegerType(0, 255), "The likeliest byte."),
            new(3, "probability", NumberType.Probability, "Its probability among all ids."),
        ]);
        return new ObjectType([text, new(8, "filled", new ListType(place) { Most = bytes }, "The filled places of the text, in their order.")]);
    }

    private protected override IEnumerable<string> AnswerProblems(OutputShape answer)
    {
        int vocabulary = ((TextShape)answer).Vocabulary;
        if (vocabulary != ByteTokenizer.VocabularySize)
            yield return $"type is text of {vocabulary} ids, expected the {ByteTokenizer.VocabularySize} of the byte tokenizer";
    }

    private static TextOutput Read(OutputSection section) => new(section.Name, section.Text("read") == "caption");

    // Byte i of the text is at place i + 1, behind [CLS]. A masked place takes its likeliest byte.
    private FilledTextReading Fill(TextShape of, float[] numbers, byte[] masked)
    {
        byte[] text = [.. masked];
        List<FilledPlace> filled = [];
        for (int i = 0; i < text.Length && i + 1 < of.Places; i++)
        {
            if (text[i] != InputPresence.MaskedByte) continue;
            (int id, double probability) = Likeliest(PlaceOf(of, numbers, i + 1), ByteTokenizer.FirstByte);
            text[i] = (byte)(id - ByteTokenizer.FirstByte);
            filled.Add(new FilledPlace(i, text[i], (float)probability));
        }

        return new FilledTextReading(Name, ByteTokenizer.Decode(text.Select(b => ByteTokenizer.FirstByte + b)), filled);
    }

    private CaptionReading ReadCaption(TextShape of, float[] numbers)
    {
        List<int> ids = [];
        double logarithms = 0;
        for (int place = 0; place < of.Places; place++)
        {
            (int id, double probability) = Likeliest(PlaceOf(of, numbers, place), from: 0);
            logarithms += Math.Log(probability);
            ids.Add(id);
            if (id == ByteTokenizer.Sep) break;
        }

        string text = ByteTokenizer.Decode(ids, skipSpecialTokens: true);
        return new CaptionReading(Name, text, (float)Math.Exp(logarithms / ids.Count), ids[^1] == ByteTokenizer.Sep);
    }

    private static ReadOnlySpan<float> PlaceOf(TextShape of, float[] numbers, int place) => numbers.AsSpan(place * of.Vocabulary, of.Vocabulary);

    // The likeliest id from one on, with its probability among all ids by a softmax. Of equal ones it is the first.
    private static (int Id, double Probability) Likeliest(ReadOnlySpan<float> logits, int from)
    {
        int best = from;
        double greatest = logits[0], sum = 0;
        for (int id = 0; id < logits.Length; id++)
        {
            if (id > from && logits[id] > logits[best]) best = id;
            greatest = Math.Max(greatest, logits[id]);
        }

        foreach (float logit in logits) sum += Math.Exp(logit - greatest);
        return (best, Math.Exp(logits[best] - greatest) / sum);
    }
}
