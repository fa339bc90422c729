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

    /// <summary>News of a lane.</summary>
    public static Envelope<T> News(Notice notice) => new(null, notice, null);

    /// <summary>The same notice on its way through the next stage.</summary>
    public Envelope<TNext> PassOn<TNext>() where TNext : class => new(null, Notice, Ack);
}
