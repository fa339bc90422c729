namespace StreamPerceiver.Worker.Commands;

/// <summary>Exit codes of the verbs: 0 done, 1 failed while running, 2 refused at the start.</summary>
internal static class Failures
{
    /// <summary>The exit code of what has not started.</summary>
    public const int Refused = 2;

    /// <summary>The exit code of what has started, and failed.</summary>
    public const int WhileRunning = 1;

    /// <summary>Says what a user can act on in plain words; anything else is a bug, and comes with its trace.</summary>
    public static async Task<int> ReportAsync(Func<Task<int>> action)
    {
        try
        {
            return await action().ConfigureAwait(false);
        }
        catch (Exception e) when (e is StreamPerceiverException or IOException or UnauthorizedAccessException or InvalidDataException or FormatException)
        {
            await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return Refused;
        }
        catch (Exception e) when (MissingLibrary(e) is { } missing)
        {
            await Console.Error.WriteLineAsync(missing).ConfigureAwait(false);
            return Refused;
        }
    }

    /// <summary>Which native library could not be loaded and why, in a line, if that is what an exception comes of.</summary>
    public static string? MissingLibrary(Exception? e)
    {
        while (e is not null and not DllNotFoundException) e = e.InnerException;
        return e?.Message;
    }
}
