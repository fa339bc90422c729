namespace StreamPerceiver.Modalities.Video.Segments;

/// <summary>
/// Which pictures of a segment are good: decoded without a complaint, and from good pictures alone. Decoders conceal what is missing, and what refers to a
/// concealed picture is decoded without a word.
/// </summary>
/// <param name="packets">The packets, in the order of decoding.</param>
internal sealed class SegmentPictures(SegmentLibrary.Packet[] packets)
{
    private const int NotShown = int.MaxValue;
    private const int MostRanges = 4;

    private readonly int[] _shown = [.. Enumerable.Repeat(NotShown, packets.Length)]; // by packet: its place in the order in which pictures are shown
    private readonly bool[] _isBad = new bool[packets.Length];
    private int _count;

    /// <summary>What was complained about first; null where nothing was.</summary>
    public string? Problem { get; private set; }

    /// <summary>The number of pictures that are not good.</summary>
    public int Bad { get; private set; }

    /// <summary>Notes that a picture was shown, after those before it.</summary>
    public void NoteShown(int packet) => _shown[packet] = _count++;

    /// <summary>Notes that the picture of a packet is damaged.</summary>
    public void NoteDamage(int packet, string problem)
    {
        Problem ??= problem;
        if ((uint)packet < packets.Length) packets[packet].IsDamaged = 1;
    }

    /// <summary>Whether the picture of a packet is good, once <see cref="Judge"/> was called.</summary>
    public bool IsGood(int packet) => !_isBad[packet];

    /// <summary>
    /// Follows the order of decoding. Behind a damaged picture all are bad, up to the next key picture. Pictures that are shown before a key picture and
    /// decoded behind it need what was before that.
    /// </summary>
    /// <param name="mayHide">Whether a packet may have no picture to show.</param>
    /// <param name="skipsLead">Whether the decoder itself leaves out what needs more than there is before the first key picture.</param>
    public void Judge(bool mayHide, bool skipsLead)
    {
        bool isBroken = true, isLeadBroken = false; // nothing is good before the first key picture
        int key = 0;
        for (int i = 0; i < packets.Length; i++)
        {
            SegmentLibrary.Packet packet = packets[i];
            bool isDamaged = packet.IsDamaged != 0;
            if (packet.IsKey != 0 && !isDamaged)
            {
                (isLeadBroken, isBroken, key) = (isBroken && (i > 0 || !skipsLead), false, i);
                continue;
            }

            bool isLead = _shown[i] < _shown[key], isLost = _shown[i] == NotShown && packet.IsHidden == 0 && !mayHide;
            _isBad[i] = isDamaged || isLost || isBroken || (isLead && isLeadBroken);
            if (isDamaged && packet.IsUnreferenced == 0) (isLeadBroken, isBroken) = (isLeadBroken || isLead, isBroken || !isLead);
        }

        Bad = _isBad.Count(bad => bad);
    }

    /// <summary>
    /// Computes the time of each packet's picture, in nanoseconds since the first. Without stated times pictures follow one another at a rate. A damaged one
    /// keeps its place.
    /// </summary>
    /// <param name="rate">Pictures a second; 0 where it is not known.</param>
    /// <returns>The times, or null where the rate is needed and not known.</returns>
    public long[]? Times((long Numerator, long Denominator) rate)
    {
        long[] times = [.. packets.Select(packet => packet.Time)];
        if (!times.Where((time, i) => time < 0 && _shown[i] != NotShown).Any()) return times;
        if (rate.Numerator <= 0 || rate.Denominator <= 0) return null;
        int[] order = [.. InOrder().Where(i => _shown[i] != NotShown || packets[i].IsDamaged != 0)];
        for (int place = 0; place < order.Length; place++)
            times[order[place]] = (long)((2 * (Int128)place * rate.Denominator * Flow.EventTime.PerSecond + rate.Numerator) / (2 * rate.Numerator));
        return times;
    }

    // As the codec states it. Numbers begin anew at some key pictures.
    private IEnumerable<int> InOrder()
    {
        int group = 0;
        (int Group, int Order)[] places = [.. packets.Select(p => (p.IsKey != 0 && p.Order <= 1 ? ++group : group, p.Order))];
        return Enumerable.Range(0, packets.Length).OrderBy(i => places[i]);
    }

    /// <summary>Describes the bad pictures, numbered from 1 in the order of their times.</summary>
    public string Describe()
    {
        int[] order = [.. Enumerable.Range(0, packets.Length).Where(i => _isBad[i] || _shown[i] != NotShown).OrderBy(i => packets[i].Time)];
        List<(int First, int Last)> ranges = [];
        for (int i = 0; i < order.Length; i++)
        {
            if (!_isBad[order[i]]) continue;
            if (ranges is [.., var last] && last.Last == i) ranges[^1] = (last.First, i + 1);
            else ranges.Add((i + 1, i + 1));
        }

        IEnumerable<string> texts = ranges.Take(MostRanges).Select(range => range.First == range.Last ? $"{range.First}" : $"{range.First} to {range.Last}");
        string more = ranges.Count > MostRanges ? " and others" : "";
        return $"{Bad} of {order.Length} pictures cannot be decoded, or need one that cannot: {string.Join(", ", texts)}{more}";
    }
}
