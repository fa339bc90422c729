using System.Text.Json;

namespace StreamPerceiver.Outputs.Text;

/// <summary>A text whose masked places are filled.</summary>
/// <param name="Name">The model output.</param>
/// <param name="Text">The whole text. Bytes that are no UTF-8 are U+FFFD.</param>
/// <param name="Filled">The filled places, in their order.</param>
public sealed record FilledTextReading(string Name, string Text, IReadOnlyList<FilledPlace> Filled) : OutputReading(Name)
{
    internal override void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("text", Text);
        WriteObjects(json, "filled", Filled, (writer, place) =>
        {
            writer.WriteNumber("at", place.At);
            writer.WriteNumber("byte", place.Value);
            writer.WriteNumber("probability", place.Probability);
        });
    }
}

/// <summary>A place of a text that was masked.</summary>
/// <param name="At">Which byte of the text it is, from 0.</param>
/// <param name="Value">The likeliest byte.</param>
/// <param name="Probability">Its probability among all ids.</param>
public sealed record FilledPlace(int At, byte Value, float Probability);

/// <summary>A text that the model writes.</summary>
/// <param name="Name">The model output.</param>
/// <param name="Text">The text up to its end. Bytes that are no UTF-8 are U+FFFD.</param>
/// <param name="Probability">The geometric mean of the probabilities of its ids, the end included.</param>
/// <param name="IsEnded">Whether it has an end; otherwise it fills all places.</param>
public sealed record CaptionReading(string Name, string Text, float Probability, bool IsEnded) : OutputReading(Name)
{
    internal override void WriteMembers(Utf8JsonWriter json)
    {
        json.WriteString("text", Text);
        json.WriteNumber("probability", Probability);
        json.WriteBoolean("ended", IsEnded);
    }
}
