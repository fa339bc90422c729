namespace StreamPerceiver.Modalities;

/// <summary>Which records of a topic belong to an input: those with a text in a header, or in a field of their JSON object.</summary>
/// <param name="Header">The header; null where a field decides.</param>
/// <param name="Field">The field, such as <c>sensor</c> or <c>meta.sensor</c>; null where a header decides.</param>
/// <param name="Is">The text that the records of the input have there. A number, true or false counts as its text.</param>
public sealed record Where(string? Header, string? Field, string Is);
