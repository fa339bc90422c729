using System.Collections.Concurrent;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Schemas;

/// <summary>
/// Keeps the schemas that a registry has given, and waits for a registry that is away. An unknown id is asked for again after
/// <see cref="UnknownFor"/>. Thread-safe; one caller at a time asks the registry.
/// </summary>
/// <param name="registry">The registry.</param>
/// <param name="pauses">The pauses between two tries. Nothing else uses them.</param>
/// <param name="time">The clock.</param>
public sealed class SchemaCache(ISchemaRegistry registry, Backoff pauses, TimeProvider time) : IDisposable
{
    /// <summary>Most ids that are kept, known and unknown ones together. All are forgotten when there are more.</summary>
    public const int MostIds = 1_000;

    /// <summary>How long an id stays unknown.</summary>
    public static readonly TimeSpan UnknownFor = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<int, Answer> _answers = new();
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Called with the reason when the registry is away, once until it is back (default: nothing).</summary>
    public Action<string> OnAway { get; init; } = _ => { };

    /// <summary>Called when the registry is back (default: nothing).</summary>
    public Action OnBack { get; init; } = () => { };

    /// <summary>Returns the schema of an id, or null where the registry has none. Waits while the registry is away.</summary>
    /// <exception cref="StartAfreshException">The wait was ended: the record that needs the schema can be neither used nor rejected.</exception>
    public RegisteredSchema? Find(int id, CancellationToken stop)
    {
        if (Cached(id) is { } known) return known.Schema;
        try
        {
            _turn.WaitAsync(stop).GetAwaiter().GetResult();
            try
            {
                return (Cached(id) ?? Ask(id, stop)).Schema;
            }
            finally
            {
                _turn.Release();
            }
        }
        catch (OperationCanceledException e)
        {
            throw new StartAfreshException($"schema {id} was not read, because the registry was waited for until the end", e);
        }
    }

    /// <summary>Returns the id of a schema under a subject, or null where the subject does not have it. Waits while the registry is away.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="schema">The schema, which refers to no others.</param>
    /// <param name="registers">Whether the schema is registered where the subject does not have it.</param>
    /// <param name="stop">Ends the wait.</param>
    /// <exception cref="StreamPerceiverException">The subject does not take the schema.</exception>
    /// <exception cref="OperationCanceledException">A stop was requested.</exception>
    public int? IdOf(string subject, RegisteredSchema schema, bool registers, CancellationToken stop)
    {
        _turn.Wait(stop);
        try
        {
            return Patiently(() => registry.IdOf(subject, schema, registers, stop), stop);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private Answer? Cached(int id)
        => _answers.TryGetValue(id, out Answer? answer) && (answer.Schema is not null || time.GetElapsedTime(answer.Since) < UnknownFor) ? answer : null;

    private Answer Ask(int id, CancellationToken stop)
    {
        var answer = new Answer(Patiently(() => registry.Find(id, stop), stop), time.GetTimestamp());
        if (_answers.Count >= MostIds) _answers.Clear();
        _answers[id] = answer;
        return answer;
    }

    private T Patiently<T>(Func<T> ask, CancellationToken stop)
    {
        for (bool isAway = false; ; isAway = true)
        {
            try
            {
                T answer = ask();
                pauses.Reset();
                if (isAway) OnBack();
                return answer;
            }
            catch (RegistryAwayException e)
            {
                if (!isAway) OnAway(e.Message);
                Task.Delay(pauses.NextPause(), time, stop).GetAwaiter().GetResult();
            }
        }
    }

    private sealed record Answer(RegisteredSchema? Schema, long Since);
}
