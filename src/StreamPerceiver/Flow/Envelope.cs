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
    /// The ack that the last stage releases; null for a notice that ends at the aligner, and for a batch, whose windows have their own acks.
    /// </summary>
    public Ack? Ack { get; }

    /// <summary>Wraps a value with its ack.</summary>
    public static Envelope<T> OfValue(T value, Ack? ack) => new(value, null, ack);

    /// <summary>Wraps a notice that ends at the aligner, and so needs no ack.</summary>
    public static Envelope<T> OfNotice(Notice notice) => new(null, notice, null);

    /// <summary>Wraps a notice that the last stage stores: it must be stored before a record of the ack is settled.</summary>
    public static Envelope<T> OfNotice(Notice notice, Ack ack) => new(null, notice, ack);

    /// <summary>Wraps the same notice for the next stage.</summary>
    public Envelope<TNext> ForwardNotice<TNext>() where TNext : class => new(null, Notice, Ack);
}
