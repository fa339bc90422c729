namespace StreamPerceiver.Training;

/// <summary>An input of a window of a batch, which may be changed.</summary>
/// <param name="place">The window's place in the batch.</param>
/// <param name="name">The input.</param>
/// <param name="content">(M, C).</param>
/// <param name="mask">(M).</param>
internal readonly ref struct WindowInput(int place, string name, Span<float> content, Span<byte> mask)
{
    /// <summary>The window's place in the batch.</summary>
    public int Place { get; } = place;

    /// <summary>The input.</summary>
    public string Name { get; } = name;

    /// <summary>(M, C), row by row.</summary>
    public Span<float> Content { get; } = content;

    /// <summary>(M): 1 keeps a token, 0 masks it.</summary>
    public Span<byte> Mask { get; } = mask;
}
