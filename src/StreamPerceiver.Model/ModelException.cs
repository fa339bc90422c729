namespace StreamPerceiver.Model;

/// <summary>Root of everything that this library refuses on purpose. The message names what is wrong, with its numbers.</summary>
public abstract class ModelException : Exception
{
    private protected ModelException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

/// <summary>A configuration that cannot be built, with every problem found in it.</summary>
public sealed class ConfigException : ModelException
{
    internal ConfigException(string source, IReadOnlyList<string> problems, Exception? inner = null)
        : base($"{source}: {problems.Count} problem(s)\n  {string.Join("\n  ", problems)}", inner)
    {
        Problems = problems;
    }

    /// <summary>One line per problem: key path, value, and what is allowed.</summary>
    public IReadOnlyList<string> Problems { get; }
}

/// <summary>A weights file that is damaged or does not belong to its configuration, with every problem found in it.</summary>
public sealed class CheckpointException : ModelException
{
    internal CheckpointException(string file, IReadOnlyList<string> problems, Exception? inner = null)
        : base($"{file}: {problems.Count} problem(s)\n  {string.Join("\n  ", problems)}", inner)
    {
        Problems = problems;
    }

    internal CheckpointException(string file, string problem, Exception? inner = null)
        : this(file, [problem], inner)
    {
    }

    /// <summary>One line per problem: tensor, what was found, and what was expected.</summary>
    public IReadOnlyList<string> Problems { get; }
}

/// <summary>A NumPy file or array that is damaged, or holds what is not supported.</summary>
public sealed class ArrayFileException : ModelException
{
    internal ArrayFileException(string source, string problem, Exception? inner = null)
        : base($"{source}: {problem}", inner)
    {
    }
}

/// <summary>An input of one call that does not fit the model: a wrong name, shape or type, a point out of range, or a number that is not finite.</summary>
public sealed class ModelInputException : ModelException
{
    internal ModelInputException(string message)
        : base(message)
    {
    }
}
