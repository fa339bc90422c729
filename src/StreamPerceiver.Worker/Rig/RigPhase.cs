namespace StreamPerceiver.Worker.Rig;

/// <summary>What a machine does for some time.</summary>
/// <param name="Fault">What is wrong.</param>
/// <param name="Severity">How much, 0.4 (slight) to 1 (severe); it does not matter where nothing is wrong.</param>
/// <param name="FromMs">First millisecond.</param>
/// <param name="ToMs">First millisecond after it.</param>
internal sealed record RigPhase(RigFault Fault, double Severity, long FromMs, long ToMs);
