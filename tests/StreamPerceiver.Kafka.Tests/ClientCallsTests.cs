using Microsoft.Extensions.Time.Testing;
using StreamPerceiver.Flow;

namespace StreamPerceiver.Kafka.Tests;

public sealed class ClientCallsTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly ManualResetEventSlim _never = new();
    private readonly ClientCalls _calls;

    public ClientCallsTests() => _calls = new ClientCalls("the group demo", _time);

    public void Dispose() => _never.Set();

    [Fact]
    public void What_a_call_returns_or_throws_comes_through()
    {
        _calls.Run("commit", TimeSpan.FromSeconds(5), () => 7).ShouldBe(7);
        Should.Throw<TimeoutException>(() => _calls.Run("commit", TimeSpan.FromSeconds(5), () => throw new TimeoutException("its own")))
            .Message.ShouldBe("its own");
    }

    [Fact]
    public async Task A_call_that_does_not_return_is_given_up_at_its_deadline_with_its_name()
    {
        Task<int> waiting = Stuck();

        _time.Advance(TimeSpan.FromSeconds(5)); // its own time-out, past which it may still come back
        waiting.IsCompleted.ShouldBeFalse();
        _time.Advance(ClientCalls.Grace);

        StartAfreshException gaveUp = await Should.ThrowAsync<StartAfreshException>(waiting);
        gaveUp.Message.ShouldBe("the group demo: commit has not returned in 8 s, so this client is given up");
    }

    [Fact]
    public async Task No_further_call_reaches_a_client_that_was_given_up_and_it_closes_without_being_waited_for()
    {
        Task<int> waiting = Stuck();
        _time.Advance(TimeSpan.FromSeconds(8));
        await Should.ThrowAsync<StartAfreshException>(waiting);
        bool reached = false;

        Should.Throw<StartAfreshException>(() => _calls.Run("abort", TimeSpan.FromSeconds(5), () => reached = true));
        _calls.Close(_never.Wait);

        reached.ShouldBeFalse();
    }

    [Fact]
    public async Task A_client_that_does_not_close_is_waited_for_no_longer_than_its_deadline()
    {
        using var begun = new ManualResetEventSlim();
        Task closing = Task.Factory.StartNew(() => _calls.Close(() => Block(begun)), TaskCreationOptions.LongRunning);
        await AdvanceUntilDone(closing, begun, ClientCalls.CloseTimeout);
    }

    // A call that has begun, with its deadline ahead of it.
    private Task<int> Stuck()
    {
        using var begun = new ManualResetEventSlim();
        Task<int> waiting = Task.Factory.StartNew(() => _calls.Run("commit", TimeSpan.FromSeconds(5), () => Block(begun)), TaskCreationOptions.LongRunning);
        begun.Wait();
        return waiting;
    }

    private int Block(ManualResetEventSlim begun)
    {
        begun.Set();
        _never.Wait();
        return 0;
    }

    private async Task AdvanceUntilDone(Task task, ManualResetEventSlim begun, TimeSpan by)
    {
        begun.Wait();
        _time.Advance(by);
        await task;
    }
}
