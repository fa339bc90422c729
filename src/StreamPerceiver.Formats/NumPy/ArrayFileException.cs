namespace StreamPerceiver.Formats;

/// <summary>A NumPy file or array that is damaged, or holds what is not supported.</summary>
public sealed class ArrayFileException : StreamPerceiverException
{
    internal ArrayFileException(string source, string problem, Exception? inner = null)
        : base($"{source}: {problem}", inner)
    {
    }
}
