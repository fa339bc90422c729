namespace StreamPerceiver.Flow;

/// <summary>The limits and the clock of a <see cref="LaneSplitter{TIn, TOut}"/>.</summary>
/// <typeparam name="TIn">The stage's input.</typeparam>
/// <param name="LaneOf">The lane of an item.</param>
/// <param name="Capacity">Runs that may be in the block, beside those of lanes that wait for a record that takes long.</param>
/// <param name="Parallelism">Runs that the block works on at once, beside those that take long.</param>
/// <param name="SlowAfter">A record that takes longer is slow.</param>
/// <param name="OnSlow">Called once for each slow record, while it is still in work, from any thread.</param>
/// <param name="Time">The clock.</param>
public sealed record LaneOptions<TIn>(
    Func<Envelope<TIn>, int> LaneOf, int Capacity, int Parallelism, TimeSpan SlowAfter, Action<TIn> OnSlow, TimeProvider Time) where TIn : class;

/// <summary>Which lanes wait for a record that takes long.</summary>
public interface ILaneLoad
{
    /// <summary>Records that took longer than the limit, since the start.</summary>
    long SlowRecords { get; }

    /// <summary>Whether a lane waits for a record that takes long. Thread-safe.</summary>
    bool IsSlow(int lane);
}
