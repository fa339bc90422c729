namespace StreamPerceiver;

/// <summary>A file, or settings, with everything that is wrong with them. The message has a line a problem, and each line begins with the source.</summary>
/// <param name="source">The file, or what else was read.</param>
/// <param name="problems">One line each: where, what was found, and what was expected.</param>
/// <param name="cause">What led to it; null (default) for nothing else.</param>
public abstract class ProblemsException(string source, IReadOnlyList<string> problems, Exception? cause = null)
    : StreamPerceiverException(string.Join(Environment.NewLine, problems.Select(p => $"{source}: {p}")), cause)
{
    /// <summary>One line each: where, what was found, and what was expected.</summary>
    public IReadOnlyList<string> Problems { get; } = problems;
}
