using Microsoft.Extensions.Time.Testing;
using StreamPerceiver.Infer;

namespace StreamPerceiver.Tests.Infer;

public sealed class DeviceThreadTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly DeviceThread _thread;

    public DeviceThreadTests() => _thread = new DeviceThread(_time);

    public void Dispose() => _thread.Dispose();

    [Fact]
    public async Task All_work_of_all_shares_runs_on_one_thread_and_nobody_elses()
    {
        DeviceShare[] shares = [_thread.AddShare(), _thread.AddShare()];

        Thread[] threads = await Task.WhenAll(Enumerable.Range(0, 50).Select(i => shares[i % 2].RunAsync(() => Thread.CurrentThread)));

        threads.Distinct().ShouldHaveSingleItem().ShouldNotBe(Thread.CurrentThread);
    }

    [Fact]
    public async Task What_is_thrown_goes_to_who_gave_the_work_and_the_thread_goes_on()
    {
        DeviceShare share = _thread.AddShare();
        var thrown = new InvalidOperationException("as it was");

        (await Should.ThrowAsync<InvalidOperationException>(share.RunAsync<int>(() => throw thrown))).ShouldBeSameAs(thrown);

        (await share.RunAsync(() => 5)).ShouldBe(5);
    }

    [Fact]
    public async Task Work_of_a_share_runs_in_the_order_in_which_it_was_given()
    {
        DeviceShare share = _thread.AddShare();
        List<int> ran = [];

        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => share.RunAsync(() => { ran.Add(i); return 0; })));

        ran.ShouldBe(Enumerable.Range(0, 50));
    }

    [Fact]
    public async Task Time_on_the_device_is_shared_alike_however_long_the_work_of_each_takes()
    {
        DeviceShare slow = _thread.AddShare(), quick = _thread.AddShare();
        List<char> ran = [];
        using var gate = new ManualResetEventSlim();
        Task closed = _thread.AddShare().RunAsync(() => { gate.Wait(); return 0; }); // until all the work is there
        Task[] given = [closed, .. Enumerable.Range(0, 3).Select(_ => Work(slow, 'S', 50)), .. Enumerable.Range(0, 15).Select(_ => Work(quick, 'q', 10))];

        gate.Set();
        await Task.WhenAll(given);

        new string([.. ran]).ShouldBe("SqqqqqSqqqqqSqqqqq");

        Task Work(DeviceShare share, char name, int seconds) => share.RunAsync(() =>
        {
            ran.Add(name);
            _time.Advance(TimeSpan.FromSeconds(seconds));
            return 0;
        });
    }

    [Fact]
    public async Task A_closed_thread_does_what_waits_and_takes_no_more()
    {
        DeviceShare share = _thread.AddShare();
        using var gate = new ManualResetEventSlim();
        Task<int> running = share.RunAsync(() => { gate.Wait(); return 1; }), waiting = share.RunAsync(() => 2);

        _thread.Dispose();
        gate.Set();

        (await Task.WhenAll(running, waiting)).ShouldBe([1, 2]);
        await Should.ThrowAsync<ObjectDisposedException>(() => share.RunAsync(() => 3));
    }
}
