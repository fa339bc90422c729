using StreamPerceiver.Batch;
using StreamPerceiver.Flow;
using StreamPerceiver.Infer;
using StreamPerceiver.Ingest;
using StreamPerceiver.Topology;

namespace StreamPerceiver.Tests.Topology;

/// <summary>Runs with bad records, failing windows, models and sequences.</summary>
public sealed class InMemoryFailureTests : IDisposable
{
    private readonly Presses _presses = new();

    public void Dispose() => _presses.Dispose();

    [Fact]
    public async Task Bad_records_become_rejections_and_the_rest_goes_on()
    {
        SourceRecord[] good = [.. Presses.Records()];
        SourceRecord model = good.First(r => r.Topic == "t.imu");
        SourceRecord[] bad =
        [
            model with { Key = null },
            model with { Value = "not JSON"u8.ToArray() },
            model with { Value = null },
            model with { Headers = [] },
            model with { Headers = [.. model.Headers, new("ce_time", "yesterday"u8.ToArray())] },
            model with { Value = "[1,2,3]"u8.ToArray() },
        ];

        InMemoryResult result = await _presses.RunAsync(Presses.Offsets([.. bad, .. good]));

        result.Rejections.Select(r => r.Reason).ShouldBe(
        [
            RejectionReason.MissingKey, RejectionReason.Undecodable, RejectionReason.EmptyPayload, RejectionReason.UnknownContentType,
            RejectionReason.BadEventTime, RejectionReason.WrongShape,
        ]);
        result.Rejections.Select(r => r.Record.Offset).ShouldBe([0, 1, 2, 3, 4, 5]);
        result.Rejections.Select(r => r.Stage).ShouldBe(["ingest", "decode", "decode", "decode", "ingest", "decode"]);
        RecordAccount.ByInput(result.Accounts).Single(a => a.Input == "imu")
            .ShouldSatisfyAllConditions(a => a.Rejected.ShouldBe(6), a => a.Balances.ShouldBeTrue());
        InMemoryResult without = await _presses.RunAsync(good);
        Presses.Values(result).ShouldBe(Presses.Values(without), ignoreOrder: true); // the order of lanes follows the runs
        result.Pipeline.Memory.BytesInUse.ShouldBe(without.Pipeline.Memory.BytesInUse); // nothing of a record is left once it is rejected
    }

    [Fact]
    public async Task A_model_that_throws_ends_the_run_with_its_exception()
    {
        var bug = new InvalidOperationException("the model is broken");
        int runs = 0;

        InvalidOperationException thrown = await Should.ThrowAsync<InvalidOperationException>(() => _presses.RunAsync(
            Presses.Records(), new BatchOptions { MaxWindows = 1 }, _ => { if (++runs == 3) throw bug; }));

        thrown.ShouldBeSameAs(bug);
    }

    [Fact]
    public async Task A_poison_window_is_set_aside_with_its_records_and_the_rest_is_as_ever()
    {
        IReadOnlyList<string> undisturbed = Presses.Values(await _presses.RunAsync(Presses.Records()));

        InMemoryResult result = await _presses.RunAsync(Presses.Records(), beforeRun: batch =>
        {
            if (batch.Windows.Any(w => w.Value!.Header is { Entity: "press-1", End.Nanoseconds: 4 * EventTime.PerSecond }))
                throw new DeviceException("out of memory");
        });

        PoisonWindow poison = result.PoisonWindows.ShouldHaveSingleItem();
        (poison.Window.Entity, poison.Window.End, poison.Detail).ShouldBe(("press-1", new EventTime(4 * EventTime.PerSecond), "out of memory"));
        Presses.Values(result).ShouldBe(undisturbed.Where(v => !IsPoison(v)));
        (result.Predictions.Count, result.Pipeline.Infer.Rejected).ShouldBe((11, 1L));
        result.Accounts.ShouldAllBe(a => a.Balances);

        // 2 s of one machine, less the last reading, which stands before the next window as well.
        RecordAccount.ByInput(result.Accounts).Select(a => (a.Input, a.Rejected)).ShouldBe([("imu", 9L), ("sound", 4L)]);

        static bool IsPoison(string value)
            => value.Contains("\"press-1\"", StringComparison.Ordinal) && value.Contains("\"end\":\"1970-01-01T00:00:04Z\"", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_of_another_topic_ends_the_run_with_its_name()
    {
        SourceRecord foreign = Presses.Records().First() with { Topic = "t.other" };

        (await Should.ThrowAsync<StreamPerceiverException>(() => _presses.RunAsync([foreign])))
            .Message.ShouldContain("t.other/0/0: not an input of the pipeline, expected one of t.imu, t.sound");
    }

    [Fact]
    public async Task A_list_that_fails_ends_the_run_with_its_exception()
        => await Should.ThrowAsync<InvalidDataException>(() => _presses.RunAsync(Failing()));

    private static IEnumerable<SourceRecord> Failing()
    {
        yield return Presses.Records().First();
        throw new InvalidDataException("the recording is damaged");
    }
}
