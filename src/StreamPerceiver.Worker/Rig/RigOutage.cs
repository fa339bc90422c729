namespace StreamPerceiver.Worker.Rig;

/// <summary>An input that is taken away while machines run.</summary>
/// <param name="Input">Its name.</param>
/// <param name="Machine">The machine that loses it; null: all.</param>
/// <param name="FromMs">The first millisecond without it.</param>
internal sealed record RigOutage(string Input, string? Machine, long FromMs)
{
    /// <summary>Tells whether a machine has lost an input at a time.</summary>
    public bool Covers(string input, string machine, long ms) => input == Input && (Machine is null || machine == Machine) && ms >= FromMs;
}
