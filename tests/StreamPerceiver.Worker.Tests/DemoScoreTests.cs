using StreamPerceiver.Worker.Demo;
using StreamPerceiver.Worker.Rig;

namespace StreamPerceiver.Worker.Tests;

/// <summary>The demo's accuracy: which windows are judged, and by what they are told apart.</summary>
public sealed class DemoScoreTests
{
    private static readonly RigMachine[] Machines = RigMachine.Make(9, 2);
    private readonly RigPhase _first = Machines[0].At(0);
    private readonly DemoScore _score = new(Machines);

    [Fact]
    public void A_window_of_one_state_is_right_or_wrong()
    {
        string other = _first.Fault == RigFault.Normal ? "Blockage" : "Normal";

        _score.Judge("blower-9-0", 1000, 3000, $"{_first.Fault}", []).ShouldBe($"truth {_first.Fault}, right");
        _score.Judge("blower-9-0", 2000, 4000, other, []).ShouldBe($"truth {_first.Fault}, WRONG");
        Row("all windows").ShouldBe(["2", "1", "50.0 %"]);
    }

    [Fact]
    public void A_window_of_several_states_is_not_judged()
    {
        RigPhase second = Machines[0].At(_first.ToMs);

        _score.Judge("blower-9-0", _first.ToMs - 1000, _first.ToMs + 1000, $"{second.Fault}", []).ShouldBe($"truth {_first.Fault} then {second.Fault}");
        _score.Judge("blower-9-0", -1000, 1000, $"{_first.Fault}", []).ShouldBe($"truth not running then {_first.Fault}");
        Row("all windows").ShouldBe(["0", "0", "-"]);
        Printed().ShouldContain("\n  2 windows in which a machine changed its state are not judged");
    }

    [Fact]
    public void The_summary_has_a_row_for_each_set_of_absent_inputs_and_each_machine()
    {
        RigFault other = Machines[1].At(0).Fault;
        _score.Judge("blower-9-0", 0, 2000, $"{_first.Fault}", []);
        _score.Judge("blower-9-0", 1000, 3000, $"{_first.Fault}", ["camera"]);
        _score.Judge("blower-9-1", 0, 2000, "nothing", ["camera"]);
        _score.Judge("blower-9-1", 1000, 3000, $"{other}", ["camera", "microphone"]);

        Row("all inputs").ShouldBe(["1", "1", "100.0 %"]);
        Row("without camera").ShouldBe(["2", "1", "50.0 %"]);
        Row("without camera, microphone").ShouldBe(["1", "1", "100.0 %"]);
        Row("blower-9-0").ShouldBe(["2", "2", "100.0 %"]);
        Row("blower-9-1").ShouldBe(["2", "1", "50.0 %"]);
        Row("all windows").ShouldBe(["4", "3", "75.0 %"]);
    }

    private string Printed()
    {
        using var text = new StringWriter();
        _score.Print(text);
        return text.ToString();
    }

    // The columns of a row, of which the name fills the first 40 characters.
    private string[] Row(string name)
    {
        string line = Printed().Split('\n').Single(l => l.Length > 40 && l[..40].Trim() == name);
        return line[40..].Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
