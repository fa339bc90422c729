namespace StreamPerceiver.Worker.Recordings.Publish;

/// <summary>The keys that a user presses.</summary>
internal interface IKeys
{
    /// <summary>Takes the next key that was pressed. Null: there is none.</summary>
    ConsoleKeyInfo? Take();
}

/// <summary>The keys of the terminal.</summary>
internal sealed class ConsoleKeys : IKeys
{
    private ConsoleKeys()
    {
    }

    /// <summary>The keys of standard input, or null where it is no terminal.</summary>
    public static ConsoleKeys? OfTerminal => Console.IsInputRedirected ? null : new ConsoleKeys();

    /// <inheritdoc/>
    public ConsoleKeyInfo? Take() => Console.KeyAvailable ? Console.ReadKey(intercept: true) : null;
}
