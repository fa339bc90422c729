using System.Collections.Concurrent;

namespace StreamPerceiver.Infer;

/// <summary>
/// A scheduler with one thread of its own. libtorch keeps a pool of workers and buffers for every thread that calls it, so a model called from
/// whichever pool thread is free grows with the thread pool; called from one thread it does not.
/// </summary>
public sealed class DedicatedThread : TaskScheduler, IDisposable
{
    private readonly BlockingCollection<Task> _tasks = [];
    private readonly Thread _thread;

    /// <summary>Starts the thread.</summary>
    public DedicatedThread(string name)
    {
        _thread = new Thread(() =>
        {
            foreach (Task task in _tasks.GetConsumingEnumerable()) TryExecuteTask(task);
        })
        { Name = name, IsBackground = true };
        _thread.Start();
    }

    /// <inheritdoc/>
    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Runs a function on the thread, for what must happen there before the first batch.</summary>
    public Task<T> RunAsync<T>(Func<T> function) => Task.Factory.StartNew(function, CancellationToken.None, TaskCreationOptions.None, this);

    /// <inheritdoc/>
    protected override void QueueTask(Task task) => _tasks.Add(task);

    /// <inheritdoc/>
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => Thread.CurrentThread == _thread && TryExecuteTask(task);

    /// <inheritdoc/>
    protected override IEnumerable<Task> GetScheduledTasks() => _tasks.ToArray();

    /// <summary>Lets the thread end once it has done what is queued.</summary>
    public void Dispose() => _tasks.CompleteAdding();
}
