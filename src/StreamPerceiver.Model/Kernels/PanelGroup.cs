using static TorchSharp.torch;

namespace StreamPerceiver.Model;

/// <summary>Panels of queries that pass over the rows together: their sums stay in a core's cache, and each row is read once for all of them.</summary>
internal static unsafe class PanelGroup
{
    private const int Lanes = PanelProduct.Lanes;
    private const int MostPanels = 16;
    private const int MostNumbers = 1 << 17;

    /// <summary>Writes the queries of a panel, (KeyChannels, Lanes).</summary>
    public delegate void Fill(int panel, float* queries);

    /// <summary>Reads the result of a panel.</summary>
    public delegate void Take(int panel, AttentionPanel gathered);

    /// <summary>Chooses the number of panels of a group.</summary>
    /// <param name="rows">The keys and values.</param>
    /// <param name="panels">Number of panels over these rows.</param>
    /// <param name="times">Number of such row sets, such as windows times heads.</param>
    public static int Size(in AttentionRows rows, int panels, int times)
    {
        int fair = Math.Max(1, panels * times / (4 * get_num_threads())); // enough tasks for all threads to end at about the same time
        return Math.Min(fair, Math.Clamp(MostNumbers / Numbers(rows), 1, MostPanels));
    }

    /// <summary>Computes the attention of panels over all rows.</summary>
    /// <param name="rows">The keys and values.</param>
    /// <param name="from">The first panel.</param>
    /// <param name="panels">Number of panels.</param>
    /// <param name="fill">Writes the queries of a panel.</param>
    /// <param name="take">Reads the result of a panel.</param>
    public static void Attend(AttentionRows rows, int from, int panels, Fill fill, Take take)
    {
        int size = Numbers(rows), queries = rows.KeyChannels * Lanes;
        using Scratch scratch = Scratch.Rent((panels * size) + (AttentionTile.Rows * Lanes) + AttentionTile.Room(rows));
        float* scores = scratch.Start, first = scores + (AttentionTile.Rows * Lanes), room = first + (panels * size);
        for (int p = 0; p < panels; p++)
        {
            fill(from + p, first + (p * size));
            AttentionTile.Round(rows, first + (p * size));
            Panel(p).Clear();
        }

        for (int row = 0; row < rows.Count; row += AttentionTile.Rows)
        {
            var tile = new AttentionTile(rows, row, Math.Min(AttentionTile.Rows, rows.Count - row), room);
            for (int p = 0; p < panels; p++) Panel(p).Take(tile, scores);
        }

        for (int p = 0; p < panels; p++) take(from + p, Panel(p));

        AttentionPanel Panel(int p) => new(rows, from + p, first + (p * size), first + (p * size) + queries);
    }

    private static int Numbers(in AttentionRows rows) => (rows.KeyChannels * Lanes) + AttentionPanel.StateSize(rows);
}
