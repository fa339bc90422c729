using StreamPerceiver.Worker.Rig;

namespace StreamPerceiver.Worker.Demo;

/// <summary>Compares the diagnoses of the demo with what its machines did. A window is judged if the machine was in one state in all of it.</summary>
/// <param name="machines">The machines.</param>
internal sealed class DemoScore(IReadOnlyList<RigMachine> machines)
{
    private readonly List<(string Machine, string Inputs, bool IsRight)> _judged = [];
    private int _others;

    /// <summary>Judges a window.</summary>
    /// <param name="name">The machine.</param>
    /// <param name="fromMs">The window's first millisecond.</param>
    /// <param name="toMs">Its first millisecond after.</param>
    /// <param name="answer">The likeliest label.</param>
    /// <param name="absent">The inputs that had no data.</param>
    /// <returns>The truth, and whether the answer is right.</returns>
    public string Judge(string name, long fromMs, long toMs, string answer, IReadOnlyList<string> absent)
    {
        IReadOnlyList<RigFault?> states = machines.Single(m => m.Name == name).Between(fromMs, toMs);
        string truth = string.Join(" then ", states.Select(s => s?.ToString() ?? "not running"));
        if (states is not [{ } state])
        {
            _others++;
            return $"truth {truth}";
        }

        bool isRight = answer == state.ToString();
        _judged.Add((name, absent.Count == 0 ? "all inputs" : $"without {string.Join(", ", absent)}", isRight));
        return $"truth {truth}, {(isRight ? "right" : "WRONG")}";
    }

    /// <summary>Prints the accuracies: of all, by absent inputs and by machine.</summary>
    public void Print(TextWriter output)
    {
        output.WriteLine();
        output.WriteLine($"  {"diagnoses",-38}{"windows",9}{"right",9}{"accuracy",11}");
        foreach (var group in _judged.GroupBy(w => w.Inputs).OrderBy(g => g.Key, StringComparer.Ordinal)) Line(group.Key, [.. group]);
        foreach (var group in _judged.GroupBy(w => w.Machine).OrderBy(g => g.Key, StringComparer.Ordinal)) Line(group.Key, [.. group]);
        Line("all windows", _judged);
        output.WriteLine($"  {_others} windows in which a machine changed its state are not judged");

        void Line(string name, IReadOnlyCollection<(string Machine, string Inputs, bool IsRight)> windows)
        {
            int right = windows.Count(w => w.IsRight);
            string share = windows.Count == 0 ? "-" : $"{100.0 * right / windows.Count:F1} %";
            output.WriteLine($"  {name,-38}{windows.Count,9}{right,9}{share,11}");
        }
    }
}
