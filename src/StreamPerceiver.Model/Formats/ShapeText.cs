namespace StreamPerceiver.Model;

/// <summary>How a shape is printed in messages: [4, 16].</summary>
internal static class ShapeText
{
    public static string Of(IEnumerable<long> shape) => $"[{string.Join(", ", shape)}]";
}
