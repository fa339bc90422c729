namespace StreamPerceiver.Training;

/// <summary>The order of examples: each epoch has all of them, in an order of its own. It follows from the seed, so a resumed training goes on in it.</summary>
/// <param name="count">Examples.</param>
/// <param name="seed">The seed.</param>
public sealed class ExampleOrder(int count, int seed)
{
    private long _epoch = -1;
    private int[] _order = [];

    /// <summary>Returns the example at a place, from 0 and without end.</summary>
    public int At(long place)
    {
        long epoch = place / count;
        if (epoch != _epoch)
        {
            _order = [.. Enumerable.Range(0, count)];
            Seeds.Make(seed, epoch, 0).Shuffle(_order);
            _epoch = epoch;
        }

        return _order[place % count];
    }
}
