namespace StreamPerceiver.Flow;

/// <summary>What flows between two stages: a value with its ack, or a notice among the values.</summary>
/// <typeparam name="T">The stage's output.</typeparam>
public readonly record struct Envelope<T> where T : class
{
    private Envelope(T? value, Notice? notice, Ack? ack) => (Value, Notice, Ack) = (value, notice, ack);

    /// <summary>The value, or null where this is a notice.</summary>
    public T? Value { get; }

    /// <summary>The notice, or null where this is a value.</summary>
    public Notice? Notice { get; }

    /// <summary>
    /// To be released once it is known what became of the value or of the dead letter; null for news of a lane, and for a value whose parts
    /// carry their own.
    /// </summary>
    public Ack? Ack { get; }

    /// <summary>A value.</summary>
    public static Envelope<T> Of(T value, Ack? ack) => new(value, null, ack);

    /// <summary>A record or a window on its way to the dead letters.</summary>
    public static Envelope<T> Rejected(DeadLetter letter, Ack ack) => new(null, letter, ack);

    /// <summary>A late record on its way to the late topic.</summary>
    public static Envelope<T> Late(LateRecord record, Ack ack) => new(null, record, ack);

    /// <summary>News of a lane, for the aligner.</summary>
    public static Envelope<T> News(Notice notice) => new(null, notice, null);

    /// <summary>News of a lane that is written down, unless the lane has gone by then, and before the record with that ack is settled.</summary>
    public static Envelope<T> News(Notice notice, Ack ack) => new(null, notice, ack);

    /// <summary>The same notice on its way through the next stage.</summary>
    public Envelope<TNext> PassOn<TNext>() where TNext : class => new(null, Notice, Ack);
}
