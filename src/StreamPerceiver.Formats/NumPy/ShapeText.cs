namespace StreamPerceiver.Formats;

/// <summary>How a shape is printed in messages: [4, 16].</summary>
public static class ShapeText
{
    /// <summary>Prints a shape, slowest axis first.</summary>
    public static string Of(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";
}
