using System.Text;
using StreamPerceiver.Flow;
using StreamPerceiver.Ingest;
using StreamPerceiver.TestKit;

namespace StreamPerceiver.Tests.Ingest;

/// <summary>Each entity is in one lane, whatever function its inputs' producers have from keys to partitions.</summary>
public sealed class KeyPlacementTests
{
    private readonly StageCounts _counts = new("ingest");
    private readonly Dictionary<(string, int), long> _offsets = [];

    private static Func<string, int, int> By(Partitioner partitioner)
        => (entity, partitions) => partitioner.PartitionOf(Encoding.UTF8.GetBytes(entity), partitions);

    [Fact]
    public void Two_partitioners_end_the_pipeline_before_an_entity_is_in_two_lanes_and_the_message_names_inputs_partitioners_and_setting()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            int partitions = random.Next(2, 40);
            Partitioner[] two = [.. Partitioner.Known.OrderBy(_ => random.Next()).Take(2)];
            (LayoutException? ended, Dictionary<string, HashSet<int>> lanes) = Run(random, partitions, entities: 50, By(two[0]), By(two[1]));

            lanes.Values.ShouldAllBe(l => l.Count == 1, $"seed {seed}");
            string message = ended.ShouldNotBeNull($"seed {seed}").Message;
            message.ShouldContain($"cam by {two[0].Name}, imu by {two[1].Name}");
            message.ShouldContain("partitioner=murmur2_random");
            message.ShouldContain("delete the topic p.progress and start with --Kafka:StartFrom=TIME");
        }
    }

    [Fact]
    public void A_worker_of_one_lane_finds_two_partitioners_by_the_keys_that_are_there()
    {
        Intake intake = NewIntake(partitions: 4);
        var taken = new List<string>();

        Should.Throw<LayoutException>(() =>
        {
            for (int i = 0; i < 200; i++)
                foreach ((string topic, Partitioner partitioner) in new[] { ("cam", Partitioner.Known[0]), ("imu", Partitioner.Known[1]) })
                    if (By(partitioner)($"{topic}-{i}", 4) == 2) // no entity is in both inputs
                    {
                        Take(intake, topic, 2, $"{topic}-{i}", i);
                        taken.Add(topic);
                    }
        }).Message.ShouldContain("cam by murmur2 (the default of Java's clients), imu by CRC-32 (the default of librdkafka's clients)");

        taken.Count.ShouldBe(9); // two bits a key: the tenth key is proof
        _counts.Rejected.ShouldBe(0);
    }

    [Fact]
    public void One_function_for_all_inputs_is_right_whatever_it_is()
    {
        Func<string, int, int>[] functions =
        [
            .. Partitioner.Known.Select(By),
            (entity, partitions) => entity.Length * 7 % partitions,
            (entity, partitions) => entity.EndsWith('1') ? 0 : By(Partitioner.Known[0])(entity, partitions), // some in a partition of their own
        ];
        for (int seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            Func<string, int, int> one = functions[random.Next(functions.Length)];
            Run(random, random.Next(1, 40), entities: random.Next(1, 100), one, one).Ended.ShouldBeNull($"seed {seed}");
            _counts.Rejected.ShouldBe(0);
        }
    }

    [Fact]
    public void Few_entities_written_by_two_functions_that_no_one_knows_end_the_pipeline_with_one_of_them()
    {
        (LayoutException? ended, var lanes) = Run(new Random(1), 4, entities: 2, (entity, _) => entity.Length % 2, (entity, _) => 2 + entity.Length % 2);

        lanes.Values.ShouldAllBe(l => l.Count == 1);
        ended.ShouldNotBeNull().Message.ShouldMatch("entity 'machine-\\d' is in partition \\d of (cam|imu), expected \\d, as of (cam|imu)/\\d/\\d");
    }

    [Fact]
    public void A_few_records_in_another_partition_are_dead_letters_and_the_rest_goes_on()
    {
        Intake intake = NewIntake(partitions: 3);
        for (int ms = 0; ms < 100; ms++) Take(intake, "cam", 1, "press", ms);
        for (int ms = 0; ms < 10; ms++) Take(intake, "cam", 2, "press", ms);

        Rejection[] rejected = [.. intake.TakeRun().Select(e => e.Notice).OfType<Rejection>()];

        rejected.Length.ShouldBe(10);
        rejected[0].Reason.ShouldBe(RejectionReason.WrongPartition);
        rejected[0].Detail.ShouldBe("entity 'press' is in partition 2 of cam, expected 1, as of cam/1/0");
    }

    [Fact]
    public void An_entity_that_an_earlier_run_has_published_stays_in_its_lane()
    {
        Intake intake = NewIntake(partitions: 2);
        intake.CloseLanes([0, 1]);
        var progress = new LaneProgress();
        progress.TryAdd("entity/press", "5");
        PartitionState[] unread = [new(null, 0), new(null, 0)];
        intake.OpenLane(1, progress, unread);
        intake.OpenLane(0, new LaneProgress(), unread);
        Take(intake, "cam", 0, "press", 1);

        intake.TakeRun().Select(e => e.Notice).OfType<Rejection>().Single().Detail
            .ShouldBe("entity 'press' is in partition 0 of cam, expected 1, where an earlier run has published its windows");
    }

    [Fact]
    public void A_lane_that_has_gone_holds_no_entity()
    {
        Intake intake = NewIntake(partitions: 2);
        Take(intake, "cam", 1, "press", 1);
        intake.CloseLanes([1]);
        Take(intake, "cam", 0, "press", 2);

        _counts.Rejected.ShouldBe(0);
    }

    // Entities in any order from any input; returns what ended the run, and by entity the lanes that records went on in.
    private (LayoutException? Ended, Dictionary<string, HashSet<int>> Lanes) Run(
        Random random, int partitions, int entities, Func<string, int, int> cam, Func<string, int, int> imu)
    {
        Intake intake = NewIntake(partitions);
        Dictionary<string, HashSet<int>> lanes = [];
        LayoutException? ended = null;
        for (int ms = 0; ms < 2000 && ended is null; ms++)
        {
            string entity = $"machine-{random.Next(entities)}";
            (string topic, Func<string, int, int> function) = random.Next(2) == 0 ? ("cam", cam) : ("imu", imu);
            try
            {
                Take(intake, topic, function(entity, partitions), entity, ms);
            }
            catch (LayoutException e)
            {
                ended = e;
            }

            foreach (Envelope<RawRecord> item in intake.TakeRun())
                if (item.Value is { } raw)
                {
                    if (!lanes.TryGetValue(raw.Stream.Entity, out HashSet<int>? of)) lanes.Add(raw.Stream.Entity, of = []);
                    of.Add(raw.Stream.Lane);
                }
        }

        return (ended, lanes);
    }

    private Intake NewIntake(int partitions)
    {
        var intake = new Intake(
            [Some.Sensor("cam"), Some.Sensor("imu")],
            new IntakeOptions { SpanNs = 100 * Some.Ms, ScarceAheadNs = 100 * Some.Ms, IdleAfterNs = 10 * Some.Ms, MaxFutureNs = 0 },
            _counts,
            new MemoryBudget(1 << 20));
        intake.RequireOneLaneAnEntity(partitions, "p.progress");
        for (int lane = 0; lane < partitions; lane++) intake.OpenLane(lane);
        _offsets.Clear();
        return intake;
    }

    private void Take(Intake intake, string topic, int lane, string entity, long ms)
    {
        long offset = _offsets.GetValueOrDefault((topic, lane));
        _offsets[(topic, lane)] = offset + 1;
        intake.TakeRecord(new SourceRecord(topic, lane, offset, ms, Encoding.UTF8.GetBytes(entity), [1], []), TimeSpan.Zero);
    }
}
