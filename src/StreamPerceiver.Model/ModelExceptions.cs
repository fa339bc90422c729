namespace StreamPerceiver.Model;

/// <summary>A configuration that cannot be built. The message lists every problem: key path, value, and allowed values.</summary>
public sealed class ConfigException : ProblemsException
{
    internal ConfigException(string source, IReadOnlyList<string> problems, Exception? inner = null)
        : base(source, problems, inner)
    {
    }
}

/// <summary>
/// A weights file that is damaged or does not belong to its configuration. The message lists every problem: the tensor, what was found, and what was
/// expected.
/// </summary>
public sealed class CheckpointException : ProblemsException
{
    internal CheckpointException(string file, IReadOnlyList<string> problems, Exception? inner = null)
        : base(file, problems, inner)
    {
    }

    internal CheckpointException(string file, string problem, Exception? inner = null)
        : this(file, [problem], inner)
    {
    }
}

/// <summary>An input of one call that does not fit the model: a wrong name, shape or type, a point out of range, or a number that is not finite.</summary>
public sealed class ModelInputException : StreamPerceiverException
{
    internal ModelInputException(string message)
        : base(message)
    {
    }
}
