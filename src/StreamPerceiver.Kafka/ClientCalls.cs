using StreamPerceiver.Flow;

namespace StreamPerceiver.Kafka;

/// <summary>
/// Runs the calls into the client that may never return, whatever time-out they are given (librdkafka 2.10 and later, when a coordinator is lost:
/// confluentinc/librdkafka issues 5456 and 5511). Each call runs on a thread of its own, under a deadline. Past the deadline the client is given up: no further
/// call reaches it, and the worker starts afresh with another one.
/// </summary>
/// <param name="client">The client's name in messages, such as <c>the group demo</c>.</param>
/// <param name="time">The clock of the deadlines.</param>
internal sealed class ClientCalls(string client, TimeProvider time)
{
    /// <summary>How much longer than its own time-out a call may take.</summary>
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    /// <summary>How long a client may take to close.</summary>
    public static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(10);

    private volatile string? _reason;

    /// <summary>Runs a call and waits for what it returns or throws.</summary>
    /// <param name="call">The call's name, for the message.</param>
    /// <param name="timeout">The time-out that the call itself was given; its deadline is <see cref="Grace"/> later.</param>
    /// <param name="action">The call.</param>
    /// <exception cref="StartAfreshException">The call, or one before it, has not returned by its deadline.</exception>
    public T Run<T>(string call, TimeSpan timeout, Func<T> action)
    {
        if (_reason is { } before) throw new StartAfreshException(before);
        using var deadline = new CancellationTokenSource(timeout + Grace, time);
        Task<T> running = Start(action);
        if (Ends(running, deadline.Token)) return running.GetAwaiter().GetResult();
        _reason = $"{client}: {call} has not returned in {(timeout + Grace).TotalSeconds:0.#} s, so this client is given up";
        throw new StartAfreshException(_reason);
    }

    /// <summary>Runs a call that returns nothing.</summary>
    /// <inheritdoc cref="Run{T}(string, TimeSpan, Func{T})"/>
    public void Run(string call, TimeSpan timeout, Action action) => Run(call, timeout, () =>
    {
        action();
        return true;
    });

    /// <summary>
    /// Closes the client, or an object that was made with it. A client that is given up, or does not close in time, goes on closing in the background.
    /// </summary>
    /// <param name="close">Closes it. What it throws is thrown on.</param>
    public void Close(Action close)
    {
        using var deadline = new CancellationTokenSource(CloseTimeout, time);
        Task closing = Start(() =>
        {
            close();
            return true;
        });
        if (_reason is null && Ends(closing, deadline.Token)) closing.GetAwaiter().GetResult();
    }

    private static Task<T> Start<T>(Func<T> action)
        => Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static bool Ends(Task running, CancellationToken deadline)
    {
        try
        {
            running.Wait(deadline);
        }
        catch (Exception e) when (e is AggregateException or OperationCanceledException)
        {
            // The call's own exception, which is thrown where its result is taken, or the deadline.
        }

        return running.IsCompleted;
    }
}
