using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Infer;
using StreamPerceiver.Outputs;
using StreamPerceiver.TestKit;
using StreamPerceiver.Tokenise;

namespace StreamPerceiver.Tests.Infer;

/// <summary>What becomes of the windows of a batch that fails: a letter is a window of the entity of that name.</summary>
public sealed class DeviceFailureTests : IDisposable
{
    private const string Canary = "";

    private readonly DeviceThread _device = new(TimeProvider.System);
    private readonly StageCounts _counts = new("infer");
    private readonly List<double> _pauses = [];
    private readonly List<string> _runs = [];

    /// <summary>Windows that the device cannot run.</summary>
    private readonly HashSet<string> _failing = [];

    /// <summary>Logits of windows that are not finite.</summary>
    private readonly Dictionary<string, float[]> _logits = [];

    /// <summary>What happens while there is a pause; false tells to stop.</summary>
    private Func<bool> _meanwhile = () => true;

    public void Dispose() => _device.Dispose();

    [Theory]
    [InlineData("x", "X")]
    [InlineData("xabc", "Xabc")]
    [InlineData("abxc", "abXc")]
    [InlineData("abcdefx", "abcdefX")]
    [InlineData("xabxyc", "XabXYc")]
    public async Task A_window_that_the_device_cannot_run_is_alone_poison_in_its_place(string batch, string came)
    {
        _failing.UnionWith(["x", "y"]);

        (await RunAsync(batch)).ShouldBe(came);

        _counts.Rejected.ShouldBe(came.Count(char.IsUpper));
        _pauses.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_window_and_every_poison_window_carries_its_own_ack()
    {
        _failing.Add("x");
        Envelope<TokenisedWindow>[] windows = [.. "axb".Select(e => Some.Window(e.ToString()))];

        (await AnswersAsync(windows)).Select(a => a.Ack).ShouldBe(windows.Select(w => w.Ack));
    }

    [Fact]
    public async Task A_poison_window_says_whose_it_is_and_what_the_device_said()
    {
        _failing.Add("x");

        var poison = (await AnswersAsync([Some.Window("a"), Some.Window("x")]))[1].Notice.ShouldBeOfType<PoisonWindow>();

        poison.ShouldSatisfyAllConditions(
            p => p.Window.Entity.ShouldBe("x"),
            p => p.Reason.ShouldBe(RejectionReason.DeviceFailure),
            p => p.Stage.ShouldBe("infer"),
            p => p.Detail.ShouldBe("cannot run x"),
            p => p.Cause.ShouldBeOfType<InsufficientMemoryException>());
    }

    [Theory]
    [InlineData(float.NaN, "output answer: number 1 is NaN, expected a finite number")]
    [InlineData(float.PositiveInfinity, "output answer: number 1 is Infinity, expected a finite number")]
    [InlineData(float.NegativeInfinity, "output answer: number 1 is -Infinity, expected a finite number")]
    public async Task An_answer_that_is_not_finite_makes_its_window_poison_and_no_other(float logit, string detail)
    {
        _logits["x"] = [1, logit, float.NaN];

        Envelope<ModelOutput>[] answers = await AnswersAsync([.. "axb".Select(e => Some.Window(e.ToString()))]);

        Drawn(answers).ShouldBe("aXb");
        var poison = (PoisonWindow)answers[1].Notice!;
        (poison.Reason, poison.Detail, poison.Cause).ShouldBe((RejectionReason.NotFinite, detail, null));
    }

    [Fact]
    public async Task A_failure_that_does_not_come_again_costs_nothing()
    {
        _failing.Add("x");

        (await RunAsync("axb", before: _ => { if (_runs.Contains(Canary)) _failing.Clear(); })).ShouldBe("axb");

        _counts.Rejected.ShouldBe(0);
    }

    [Fact]
    public async Task A_device_that_comes_back_is_waited_for_and_no_window_is_blamed()
    {
        _failing.UnionWith(["a", "b", "c", Canary]);
        _meanwhile = () =>
        {
            if (_pauses.Count == 3) _failing.Clear();
            return true;
        };

        (await RunAsync("abc")).ShouldBe("abc");

        _pauses.ShouldBe([1, 2, 4]);
        _counts.Rejected.ShouldBe(0);
    }

    [Fact]
    public async Task A_device_that_does_not_come_back_ends_the_graph_with_what_it_said()
    {
        _failing.UnionWith(["a", Canary]);

        DeviceException ended = await Should.ThrowAsync<DeviceException>(RunAsync("a"));

        ended.Message.ShouldBe("infer: a window of zeros, which ran before, fails as well: cannot run ");
        ended.InnerException.ShouldBeOfType<InsufficientMemoryException>();
        _pauses.ShouldBe([1, 2, 4, 8, 16]);
        _counts.Rejected.ShouldBe(0);
    }

    [Fact]
    public async Task A_sick_device_runs_the_work_of_others_while_it_is_waited_for()
    {
        _failing.UnionWith(["a", Canary]);
        DeviceShare other = _device.AddShare();
        string? ran = null;
        _meanwhile = () =>
        {
            ran = other.RunAsync(() => Thread.CurrentThread.Name).GetAwaiter().GetResult(); // never comes back where the pause holds the device
            _failing.Clear();
            return true;
        };

        (await RunAsync("a")).ShouldBe("a");

        ran.ShouldBe("inference");
    }

    [Fact]
    public async Task A_model_that_answers_nothing_finite_any_more_is_no_windows_fault()
    {
        _logits["a"] = _logits[Canary] = [float.NaN];

        (await Should.ThrowAsync<DeviceException>(RunAsync("a"))).Message.ShouldContain("output answer: number 0 is NaN");
    }

    [Fact]
    public async Task A_stop_is_not_held_up_by_a_sick_device()
    {
        _failing.UnionWith(["a", Canary]);
        _meanwhile = () => false;

        await Should.ThrowAsync<DeviceException>(RunAsync("a"));

        _pauses.ShouldBe([1]);
    }

    [Fact]
    public async Task Anything_else_that_is_thrown_is_a_bug_and_is_not_tried_again()
    {
        var bug = new InvalidOperationException("an index is out of range");

        (await Should.ThrowAsync<InvalidOperationException>(RunAsync("abc", before: _ => throw bug))).ShouldBeSameAs(bug);

        _runs.Count.ShouldBe(1);
    }

    [Fact]
    public void The_canary_is_a_window_of_zeros_with_nothing_masked()
    {
        TokenisedWindow window = TokenBatch.CreateCanary(new Dictionary<string, (int, int)> { ["imu"] = (3, 2) }).Windows.ShouldHaveSingleItem().Value!;

        window.Inputs.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            i => i.Name.ShouldBe("imu"), i => i.Content.ShouldBe(new float[6]), i => i.Mask.ShouldBe([1, 1, 1]));
    }

    /// <summary>What comes of a batch, in its order: a letter for an answer, a capital for a poison window.</summary>
    private async Task<string> RunAsync(string batch, Action<TokenBatch>? before = null)
        => Drawn(await AnswersAsync([.. batch.Select(e => Some.Window(e.ToString()))], before));

    private static string Drawn(IEnumerable<Envelope<ModelOutput>> answers)
        => string.Concat(answers.Select(a => a.Value?.Header.Entity ?? ((PoisonWindow)a.Notice!).Window.Entity.ToUpperInvariant()));

    private async Task<Envelope<ModelOutput>[]> AnswersAsync(Envelope<TokenisedWindow>[] windows, Action<TokenBatch>? before = null)
    {
        var device = new FaultyDevice(_failing, _logits, _runs, before ?? (_ => { }));
        var inference = new Inference(device, [new("activity", new ValuesShape([1]))], 0, _device.AddShare(), _counts, PauseAsync);
        return [.. await inference.RunAsync(Envelope<TokenBatch>.OfValue(new TokenBatch(windows, BatchCloseReason.Count), ack: null))];
    }

    private Task<bool> PauseAsync(TimeSpan pause)
    {
        _pauses.Add(pause.TotalSeconds);
        return Task.FromResult(_meanwhile());
    }
}
