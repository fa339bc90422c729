namespace StreamPerceiver.Worker.Commands;

/// <summary>Exit codes of the verbs: 0 done, 1 failed while running, 2 refused at the start.</summary>
internal static class Failures
{
    /// <summary>The exit code of a verb that could not start.</summary>
    public const int Refused = 2;

    /// <summary>The exit code of a verb that failed while it ran.</summary>
    public const int WhileRunning = 1;

    /// <summary>Runs a verb. Prints the message of an error that a user can act on. Any other exception is a bug, and is thrown on.</summary>
    public static async Task<int> ReportAsync(Func<Task<int>> action)
    {
        try
        {
            return await action().ConfigureAwait(false);
        }
        catch (Exception e) when (IsOfTheUser(e))
        {
            await Console.Error.WriteLineAsync(Message(e)).ConfigureAwait(false);
            return Refused;
        }
    }

    /// <summary>Tells whether a user can act on an error. Any other is a bug.</summary>
    public static bool IsOfTheUser(Exception e)
        => e is StreamPerceiverException or IOException or UnauthorizedAccessException or InvalidDataException or FormatException
            || MissingLibrary(e) is not null;

    /// <summary>The message of an error that a user can act on.</summary>
    public static string Message(Exception e) => MissingLibrary(e) ?? e.Message;

    /// <summary>Prints a line that a verb goes on after.</summary>
    public static void Warn(string line) => Console.Error.WriteLine($"warning: {line}");

    /// <summary>Returns the file of a native library that could not be loaded, with the reason in one line. Null for any other exception.</summary>
    public static string? MissingLibrary(Exception? e)
    {
        while (e is not null and not DllNotFoundException) e = e.InnerException;
        return e?.Message;
    }
}
